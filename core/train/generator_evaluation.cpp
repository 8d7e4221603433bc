// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/generator_evaluation.h"

#include "core/nets/torch_device.h"
#include "core/train/classifier_evaluation.h"
#include "core/train/report_text.h"
#include "core/util/error.h"
#include "core/util/random.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <utility>

namespace earshot {

namespace {

constexpr std::size_t examplesAtOnce = 32;
// Precision and recall keep a flag for each pair of excerpts: half a gigabyte.
constexpr std::size_t mostExcerpts = 20000;
// So many times as many training excerpts are looked through for copies.
constexpr std::size_t copySourcesFactor = 5;
// Of random numbers; real excerpts have others.
constexpr std::uint64_t latentStream = 3;

Matrix<float> generatedMels(const Generator& generator, const Device& device, std::size_t first,
                            std::size_t count, std::uint64_t seed)
{
    at::Tensor latents = at::empty(
        {static_cast<std::int64_t>(count), std::int64_t{generator.latentSize()}}, at::kFloat);
    const std::span<float> values(latents.mutable_data_ptr<float>(),
                                  static_cast<std::size_t>(latents.numel()));
    const auto size = static_cast<std::size_t>(generator.latentSize());
    // An example's latent depends on (seed, example) alone.
    for (std::size_t i = 0; i < count; ++i)
        CounterRandom(seed, (latentStream << 32) + first + i)
            .fillNormal(values.subspan(i * size, size));
    const at::Tensor mels =
        generator.generate(latents.to(torchDevice(device))).to(at::kCPU).contiguous();
    const auto* data = mels.const_data_ptr<float>();
    return {std::vector<float>(data, data + mels.numel()), count,
            ExcerptGeometry::frames * ExcerptGeometry::bands};
}

// Features of one set, in pieces.
class FeatureReader
{
public:
    FeatureReader(const ClassifierBundle& classifier, const Device& device, std::string layer)
        : m_classifier(classifier)
        , m_device(torchDevice(device))
        , m_layer(std::move(layer))
    {
        const std::vector<LayerInfo>& layers = classifier.classifier->layers();
        std::string names;
        for (const LayerInfo& info : layers)
            names += (names.empty() ? "" : ", ") + info.name;
        if (std::none_of(layers.begin(), layers.end(),
                         [&](const LayerInfo& info) { return info.name == m_layer; }))
            throw badInput(m_layer, "is not a layer of the classifier", names);
    }

    // mels [n, 115·80] → appends n rows.
    void append(MatrixView<const float> mels)
    {
        // Only read.
        const at::Tensor input = at::from_blob(const_cast<float*>(mels.data()),
                                               {static_cast<std::int64_t>(mels.rows()), 1,
                                                std::int64_t{ExcerptGeometry::frames},
                                                std::int64_t{ExcerptGeometry::bands}},
                                               at::kFloat)
                                     .to(m_device);
        const at::Tensor features =
            m_classifier.classifier
                ->activations(m_classifier.inputMap->apply(input), std::span(&m_layer, 1))
                .front()
                .flatten(1)
                .to(at::kCPU, at::kFloat)
                .contiguous();
        const auto* data = features.const_data_ptr<float>();
        m_values.insert(m_values.end(), data, data + features.numel());
        m_columns = static_cast<std::size_t>(features.size(1));
    }

    Matrix<float> take()
    {
        const std::size_t rows = m_columns == 0 ? 0 : m_values.size() / m_columns;
        return {std::exchange(m_values, {}), rows, m_columns};
    }

private:
    const ClassifierBundle& m_classifier;
    at::Device m_device;
    std::string m_layer;
    std::vector<float> m_values;
    std::size_t m_columns = 0;
};

} // namespace

GeneratorEvaluation evaluateGenerator(const PackedData& data, ClassifierBundle& classifier,
                                      GeneratorBundle& generator, const Device& device,
                                      const GeneratorEvaluationSettings& settings,
                                      std::stop_token stop, const ProgressCallback& progress)
{
    if (settings.excerpts < 2 || settings.excerpts > mostExcerpts)
        throw badInput("excerpts", "is out of range", "2 to " + std::to_string(mostExcerpts),
                       std::to_string(settings.excerpts));
    const at::NoGradGuard noGradient;
    const at::Device target = torchDevice(device);
    classifier.classifier->to(target, at::kFloat);
    classifier.inputMap->to(target, at::kFloat);
    generator.generator->to(target, at::kFloat);

    GeneratorEvaluation evaluation;
    evaluation.settings = settings;
    evaluation.label = data.label();
    evaluation.classifierSha256 = classifier.info.sha256;
    evaluation.generatorSha256 = generator.info.sha256;
    const RealMusic heldOutMusic = realMusic(data, settings.heldOut);
    evaluation.heldOutSongs = heldOutMusic.songs.size();
    evaluation.heldOutInstrumentals = heldOutMusic.instrumentals.size();

    FeatureReader reader(classifier, device, settings.layer);
    std::size_t done = 0;
    const std::size_t total = (3 + copySourcesFactor) * settings.excerpts;
    const auto features = [&](const char* stage, std::size_t excerpts, const auto& mels) {
        for (std::size_t first = 0; first < excerpts; first += examplesAtOnce) {
            if (stop.stop_requested())
                throw Error(ErrorKind::Failed, "", "stopped before the evaluation was complete");
            const std::size_t count = std::min(examplesAtOnce, excerpts - first);
            reader.append(mels(first, count));
            done += count;
            if (progress)
                progress({stage, static_cast<double>(done) / static_cast<double>(total), {}});
        }
        return reader.take();
    };
    const auto real = [&](const std::vector<GeneratorData::Excerpt>& excerpts, const char* stage) {
        return features(stage, excerpts.size(), [&](std::size_t first, std::size_t count) {
            return realMels(data, std::span(excerpts).subspan(first, count));
        });
    };
    const std::vector<GeneratorData::Excerpt> heldOutExcerpts =
        selectRealExcerpts(data, settings.heldOut, settings.excerpts, settings.seed);
    const Matrix<float> heldOut = real(heldOutExcerpts, "reading held-out excerpts");
    const Matrix<float> training =
        real(selectRealExcerpts(data, RealSet::Training, settings.excerpts, settings.seed),
             "reading training excerpts");
    const Matrix<float> generated =
        features("generating", settings.excerpts, [&](std::size_t first, std::size_t count) {
            return generatedMels(*generator.generator, device, first, count, settings.seed);
        });
    evaluation.generated = compareFeatures(generated, heldOut, settings.neighbours);
    evaluation.training = compareFeatures(training, heldOut, settings.neighbours);
    // Apart from those that are compared, and more of them.
    const Matrix<float> sources =
        real(selectRealExcerpts(data, RealSet::Training, copySourcesFactor * settings.excerpts,
                                settings.seed),
             "looking for copies");
    evaluation.copied = copying(generated, heldOut, sources);
    evaluation.copySources = sources.rows();
    std::vector<std::size_t> recordings;
    for (const GeneratorData::Excerpt& excerpt : heldOutExcerpts)
        recordings.push_back(excerpt.recording);
    evaluation.intervals = featureIntervals(generated, heldOut, recordings, settings.neighbours,
                                            settings.bootstrapDraws, settings.seed);
    return evaluation;
}

Json GeneratorEvaluation::json() const
{
    return Json::object({
        {"excerpts", static_cast<std::int64_t>(settings.excerpts)},
        {"split", std::string(name(settings.heldOut))},
        {"layer", settings.layer},
        {"seed", static_cast<std::int64_t>(settings.seed)},
        {"neighbours", settings.neighbours},
        {"bootstrap_draws", static_cast<std::int64_t>(settings.bootstrapDraws)},
        {"frechet_distance", generated.distance},
        {"frechet_distance_low", intervals.distance.low},
        {"frechet_distance_high", intervals.distance.high},
        {"frechet_distance_training", training.distance},
        {"precision", generated.precision},
        {"precision_low", intervals.precision.low},
        {"precision_high", intervals.precision.high},
        {"precision_training", training.precision},
        {"recall", generated.recall},
        {"recall_low", intervals.recall.low},
        {"recall_high", intervals.recall.high},
        {"recall_training", training.recall},
        {"copied_nearer", copied.nearer},
        {"copied_nearest", copied.nearest},
        {"copy_sources", static_cast<std::int64_t>(copySources)},
        {"held_out_songs", static_cast<std::int64_t>(heldOutSongs)},
        {"held_out_instrumentals", static_cast<std::int64_t>(heldOutInstrumentals)},
        {"classifier_sha256", classifierSha256},
        {"generator_sha256", generatorSha256},
    });
}

std::string GeneratorEvaluation::markdown() const
{
    const std::string count = std::to_string(settings.excerpts);
    const auto cell = [](double value, const Interval& interval) {
        return " | " + fixedText(value) + " (" + fixedText(interval.low) + "–" +
               fixedText(interval.high) + ")";
    };
    const std::string split = settings.heldOut == RealSet::HeldOut
                                  ? ""
                                  : " of the split \"" + std::string(name(settings.heldOut)) + "\"";
    // "Songs" and "instrumentals" are words of singing.
    const bool isSung = label.empty() || isSinging(label);
    return "Against " + count + " held-out excerpts" + split + " (half of " +
           std::to_string(heldOutSongs) + (isSung ? " songs" : " recordings with " + label) +
           ", half of " + std::to_string(heldOutInstrumentals) +
           (isSung ? " instrumentals" : " without " + label) + "), in `" + settings.layer +
           "`; in brackets the middle 95 % of " + std::to_string(settings.bootstrapDraws) +
           " bootstrap draws of the held-out recordings, and for precision 1.96 standard errors of "
           "a jackknife over them:\n\n| " +
           count +
           " excerpts | Fréchet distance | precision | recall |\n|---|---|---|---|\n"
           "| generated" +
           cell(generated.distance, intervals.distance) +
           cell(generated.precision, intervals.precision) +
           cell(generated.recall, intervals.recall) + " |\n| of the training split | " +
           fixedText(training.distance) + " | " + fixedText(training.precision) + " | " +
           fixedText(training.recall) + " |\n\nCopies: of the generated excerpts " +
           fixedText(100 * copied.nearer, 1) + " % lie nearer to one of " +
           std::to_string(copySources) +
           " training excerpts than half of the held-out excerpts do (50 % if they were music "
           "like these), " +
           fixedText(100 * copied.nearest, 1) +
           " % nearer than all but a hundredth of them (1 %).\n";
}

ContactSheet contactSheet(const PackedData& data, const Generator& generator, const Device& device,
                          RealSet set, std::size_t count, std::uint64_t seed)
{
    const at::NoGradGuard noGradient;
    ContactSheet sheet;
    sheet.generated = generatedMels(generator, device, 0, count, seed);
    const std::vector<GeneratorData::Excerpt> excerpts = selectRealExcerpts(data, set, count, seed);
    sheet.real = realMels(data, excerpts);
    for (const GeneratorData::Excerpt& excerpt : excerpts)
        sheet.names.push_back(data.recordings()[excerpt.recording].name);
    return sheet;
}

} // namespace earshot
