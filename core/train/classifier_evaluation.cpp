// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/classifier_evaluation.h"

#include "core/nets/excerpt_geometry.h"
#include "core/nets/svdnet.h"
#include "core/train/dense_scoring.h"
#include "core/train/excerpt_sampling.h"
#include "core/util/error.h"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace earshot {

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr const char* togetherName = "songs, mixes and instrumentals";

// A set of recordings with its scores, ready to be judged at any threshold.
struct JudgedSet
{
    std::vector<RecordingExcerpts> excerpts;
    std::vector<std::vector<float>> scores;

    // All in one row.
    std::vector<float> allScores() const;
    std::vector<FrameLabel> allLabels() const;
    bool hasBothClasses() const;
    // Of best accuracy; NaN if a class is missing.
    double threshold() const;
    JudgedSet& operator+=(const JudgedSet& other);
};

std::vector<float> JudgedSet::allScores() const
{
    std::vector<float> all;
    for (const std::vector<float>& part : scores)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::vector<FrameLabel> JudgedSet::allLabels() const
{
    std::vector<FrameLabel> all;
    for (const RecordingExcerpts& part : excerpts)
        all.insert(all.end(), part.labels.begin(), part.labels.end());
    return all;
}

bool JudgedSet::hasBothClasses() const
{
    const std::vector<FrameLabel> labels = allLabels();
    return std::ranges::find(labels, FrameLabel::Positive) != labels.end() &&
           std::ranges::find(labels, FrameLabel::Negative) != labels.end();
}

double JudgedSet::threshold() const
{
    return hasBothClasses() ? bestThreshold(allScores(), allLabels()) : notANumber;
}

JudgedSet& JudgedSet::operator+=(const JudgedSet& other)
{
    excerpts.insert(excerpts.end(), other.excerpts.begin(), other.excerpts.end());
    scores.insert(scores.end(), other.scores.begin(), other.scores.end());
    return *this;
}

class Evaluator
{
public:
    Evaluator(const PackedData& data, ClassifierBundle& classifier, const Device& device,
              const ClassifierEvaluationSettings& settings, std::stop_token stop,
              const ProgressCallback& progress)
        : m_data(data)
        , m_classifier(classifier)
        , m_score(outputNeuron(classifier))
        , m_device(device)
        , m_settings(settings)
        , m_stop(std::move(stop))
        , m_progress(progress)
    {
        const at::Device place(device.isCuda ? at::kCUDA : at::kCPU);
        classifier.classifier->to(place, at::kFloat);
        classifier.inputMap->to(place, at::kFloat);
        m_result.settings = settings;
        m_result.classifierSha256 = classifier.info.sha256;
        m_result.label = data.label();
    }

    ClassifierEvaluation run();

private:
    JudgedSet judge(Split split, RecordingKind kind, EvaluationFrames frames);
    JudgedSet judgeMain(Split split, EvaluationFrames frames);
    // Makes all recordings the main ones, and names them.
    void takeTogether(bool hasMixes);
    JudgedSet smoothed(JudgedSet set) const;
    std::vector<std::vector<float>> everyFrame(const SvdNet& network,
                                               const std::vector<RecordingExcerpts>& excerpts,
                                               const std::string& stage);
    void addRows(const std::string& recordings, const JudgedSet& set, EvaluationFrames frames,
                 double validationThreshold);
    void addRow(EvaluationRow row, const JudgedSet& set, double edgeSeconds);
    void addCalibration(const std::string& recordings, const JudgedSet& set)
    {
        m_result.calibrations.emplace_back(recordings,
                                           calibrationOf(set.allScores(), set.allLabels()));
    }
    std::vector<FrameLabel> labelsOf(const RecordingExcerpts& excerpts, double edgeSeconds) const;

    const PackedData& m_data;
    const ClassifierBundle& m_classifier;
    ScoreFunction m_score;
    Device m_device;
    ClassifierEvaluationSettings m_settings;
    std::stop_token m_stop;
    const ProgressCallback& m_progress;
    ClassifierEvaluation m_result;
    std::vector<RecordingKind> m_mainKinds{RecordingKind::Song};
    std::string m_songsName = "songs";
    std::string m_instrumentalsName = "instrumentals";
};

std::vector<std::vector<float>>
Evaluator::everyFrame(const SvdNet& network, const std::vector<RecordingExcerpts>& excerpts,
                      const std::string& stage)
{
    std::vector<std::vector<float>> scores;
    for (const RecordingExcerpts& item : excerpts) {
        const Recording& recording = m_data.recordings()[item.recording];
        scores.push_back(everyFrameLogits(network, *m_classifier.inputMap,
                                          m_data.logMels(recording, 0, recording.frames), m_stop));
        if (m_stop.stop_requested())
            throw Error(ErrorKind::Failed, stage, "stopped");
        if (m_progress)
            m_progress({stage,
                        static_cast<double>(scores.size()) / static_cast<double>(excerpts.size()),
                        std::nullopt});
    }
    return scores;
}

JudgedSet Evaluator::judge(Split split, RecordingKind kind, EvaluationFrames frames)
{
    const bool isEvery = frames == EvaluationFrames::Every;
    const std::string stage = "judging " + std::string(name(split)) + " " +
                              std::string(name(kind)) +
                              (isEvery ? ", every frame" : ", every 50 frames");
    JudgedSet set;
    set.excerpts = excerptsOf(m_data, split, {kind}, isEvery ? 1 : ExcerptGeometry::hop);
    const auto* network = dynamic_cast<const SvdNet*>(m_classifier.classifier.get());
    if (isEvery && network != nullptr)
        set.scores = everyFrame(*network, set.excerpts, stage);
    else
        set.scores =
            scoreExcerpts(m_data, set.excerpts, m_score, m_device, m_stop, m_progress, stage);
    return set;
}

JudgedSet Evaluator::judgeMain(Split split, EvaluationFrames frames)
{
    JudgedSet set;
    for (const RecordingKind kind : m_mainKinds)
        set += judge(split, kind, frames);
    return set;
}

void Evaluator::takeTogether(bool hasMixes)
{
    m_mainKinds = {RecordingKind::Song, RecordingKind::Mix, RecordingKind::Instrumental};
    m_result.mainRecordings = togetherName;
    const std::string& label = m_result.label;
    // "Instrumental" says what lacks singing, and nothing else; a mix is one of singing.
    if (label.empty() || isSinging(label) || hasMixes)
        return;
    m_songsName = "recordings with " + label;
    m_instrumentalsName = "recordings without " + label;
    m_result.mainRecordings = "recordings with and without " + label;
}

JudgedSet Evaluator::smoothed(JudgedSet set) const
{
    for (std::vector<float>& scores : set.scores)
        scores = medianFiltered(scores, m_settings.medianFrames);
    return set;
}

std::vector<FrameLabel> Evaluator::labelsOf(const RecordingExcerpts& excerpts,
                                            double edgeSeconds) const
{
    if (edgeSeconds <= 0)
        return excerpts.labels;
    const auto edgeFrames =
        static_cast<std::size_t>(std::lround(edgeSeconds * m_data.framesPerSecond()));
    const std::vector<FrameLabel> all =
        withoutEdges(m_data.labels(m_data.recordings()[excerpts.recording]), edgeFrames);
    std::vector<FrameLabel> labels;
    for (const std::size_t first : excerpts.first)
        labels.push_back(all[first + ExcerptGeometry::centre]);
    return labels;
}

void Evaluator::addRow(EvaluationRow row, const JudgedSet& set, double edgeSeconds)
{
    std::vector<Confusion> songs;
    for (std::size_t i = 0; i < set.excerpts.size(); ++i) {
        const std::vector<FrameLabel> labels = labelsOf(set.excerpts[i], edgeSeconds);
        const Confusion counts = confusion(set.scores[i], labels, row.threshold);
        row.parts.push_back({m_data.recordings()[set.excerpts[i].recording].name, counts});
        row.counts += counts;
        songs.push_back(counts);
    }
    row.errorInterval = bootstrapError(songs, m_settings.bootstrapDraws, m_settings.seed);
    m_result.rows.push_back(std::move(row));
}

void Evaluator::addRows(const std::string& recordings, const JudgedSet& set,
                        EvaluationFrames frames, double validationThreshold)
{
    if (set.excerpts.empty())
        return;
    const std::string method =
        frames == EvaluationFrames::Every
            ? "every frame, median of " + std::to_string(m_settings.medianFrames)
            : "every 50 frames";
    // Where they are together, a recording is of one class from its beginning to its end.
    const bool hasEdges = recordings == "songs" && !m_result.isTogether();
    for (const bool isShipped : {true, false}) {
        EvaluationRow row;
        row.recordings = recordings;
        row.method = method;
        row.thresholdKind = isShipped ? "shipped" : "validation";
        row.threshold = isShipped ? 0 : validationThreshold;
        if (std::isnan(row.threshold))
            continue;
        addRow(row, set, 0);
        if (!hasEdges)
            continue;
        row.method += ", without ± " + std::to_string(m_settings.edgeSeconds).substr(0, 3) +
                      " s around edges";
        addRow(row, set, m_settings.edgeSeconds);
    }
}

ClassifierEvaluation Evaluator::run()
{
    using enum EvaluationFrames;
    const Split split = m_settings.split;
    const JudgedSet songs = judge(split, RecordingKind::Song, EveryFifty);
    const JudgedSet stems = judge(split, RecordingKind::Stems, EveryFifty);
    const JudgedSet mixes = judge(split, RecordingKind::Mix, EveryFifty);
    const JudgedSet instrumentals = judge(split, RecordingKind::Instrumental, EveryFifty);
    JudgedSet together = songs;
    together += mixes;
    together += instrumentals;
    if (!songs.hasBothClasses() && together.hasBothClasses())
        takeTogether(!mixes.excerpts.empty());
    const bool isTogether = m_result.isTogether();
    const JudgedSet& main = isTogether ? together : songs;
    const JudgedSet validFrames = judgeMain(Split::Valid, Every);
    const double threshold = validFrames.threshold();
    m_result.validationThreshold = threshold;

    addRows(m_result.mainRecordings, main, EveryFifty, threshold);
    if (isTogether)
        addRows(m_songsName, songs, EveryFifty, threshold);
    addRows("stems", stems, EveryFifty, threshold);
    addRows("mixes", mixes, EveryFifty, threshold);
    addRows(m_instrumentalsName, instrumentals, EveryFifty, threshold);
    if (!main.excerpts.empty())
        addCalibration(m_result.mainRecordings, main);
    if (!isTogether && (!mixes.excerpts.empty() || !instrumentals.excerpts.empty())) {
        addRows(togetherName, together, EveryFifty, threshold);
        addCalibration(togetherName, together);
    }
    m_result.areaUnderCurve = areaUnderCurve(main.allScores(), main.allLabels());
    m_result.wholeAreaUnderCurve = areaUnderCurve(together.allScores(), together.allLabels());
    m_result.validationFrameThreshold = notANumber;
    if (m_settings.withEveryFrame && !main.excerpts.empty()) {
        const JudgedSet smooth = smoothed(validFrames);
        m_result.validationFrameThreshold = smooth.threshold();
        addRows(m_result.mainRecordings,
                split == Split::Valid ? smooth : smoothed(judgeMain(split, Every)), Every,
                m_result.validationFrameThreshold);
    }
    std::size_t judgedExcerpts = 0;
    for (const EvaluationRow& row : m_result.rows)
        judgedExcerpts += row.counts.count();
    if (judgedExcerpts == 0)
        throw badInput(m_data.file().path().string(), "cannot be evaluated on",
                       "labelled recordings in the split '" + std::string(name(split)) + "'",
                       "none");
    return std::move(m_result);
}

} // namespace

bool isSinging(const std::string& label)
{
    return label == "vocal"; // what 'pack' calls it
}

const EvaluationRow& ClassifierEvaluation::headline() const
{
    for (const EvaluationRow& row : rows)
        if (!std::isnan(row.counts.balancedError()))
            return row;
    return rows.front(); // an evaluation without a row is an error
}

ClassifierEvaluation evaluateClassifier(const PackedData& data, ClassifierBundle& classifier,
                                        const Device& device,
                                        const ClassifierEvaluationSettings& settings,
                                        std::stop_token stop, const ProgressCallback& progress)
{
    const std::string& label = classifier.info.label;
    if (!label.empty() && !data.label().empty() && label != data.label())
        throw badInput(data.file().path().string(),
                       "cannot judge the classifier: it answers another question",
                       "'" + label + "', the label of the classifier", "'" + data.label() + "'");
    return Evaluator(data, classifier, device, settings, std::move(stop), progress).run();
}

} // namespace earshot
