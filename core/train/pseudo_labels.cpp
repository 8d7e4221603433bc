// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/pseudo_labels.h"

#include "core/nets/excerpt_geometry.h"
#include "core/nets/model_bundle.h"
#include "core/nets/svdnet.h"
#include "core/nets/torch_device.h"
#include "core/train/dense_scoring.h"
#include "core/util/error.h"

#include <cmath>
#include <optional>

namespace earshot {

namespace {

std::vector<ClassifierBundle> loaded(const PackedData& data, const Teachers& teachers,
                                     const Device& device)
{
    std::vector<ClassifierBundle> bundles;
    for (const std::filesystem::path& folder : teachers.bundles) {
        ClassifierBundle bundle = loadClassifier(folder);
        if (dynamic_cast<const SvdNet*>(bundle.classifier.get()) == nullptr)
            throw badInput(folder.string(), "cannot teach", "architecture svdnet",
                           bundle.info.architecture);
        if (bundle.info.label != data.label())
            throw badInput(folder.string(), "cannot teach: it answers another question",
                           "'" + data.label() + "', the label of the training file",
                           "'" + bundle.info.label + "'");
        const at::Device place(device.isCuda ? at::kCUDA : at::kCPU);
        bundle.classifier->to(place, at::kFloat);
        bundle.inputMap->to(place, at::kFloat);
        bundles.push_back(std::move(bundle));
    }
    return bundles;
}

constexpr const char* stage = "labelling with teachers";

// One a whole excerpt, frame by frame. Error (Failed) on a stop.
std::vector<double> meanProbabilities(const std::vector<ClassifierBundle>& teachers,
                                      MatrixView<const float> logMels, const std::stop_token& stop)
{
    std::vector<double> means(logMels.rows() - (ExcerptGeometry::frames - 1));
    for (const ClassifierBundle& teacher : teachers) {
        const auto& network = dynamic_cast<const SvdNet&>(*teacher.classifier);
        const std::vector<float> logits =
            everyFrameLogits(network, *teacher.inputMap, logMels, stop);
        if (stop.stop_requested())
            throw Error(ErrorKind::Failed, stage, "stopped");
        for (std::size_t i = 0; i < means.size(); ++i)
            means[i] += 1 / (1 + std::exp(-static_cast<double>(logits[i]))) /
                        static_cast<double>(teachers.size());
    }
    return means;
}

} // namespace

PseudoLabels pseudoLabels(const PackedData& data, const Teachers& teachers, const Device& device,
                          std::stop_token stop, const ProgressCallback& progress)
{
    std::vector<std::size_t> unlabelled;
    for (std::size_t i = 0; i < data.recordings().size(); ++i) {
        const Recording& recording = data.recordings()[i];
        if (recording.kind == RecordingKind::Unlabelled && recording.split == Split::Train &&
            recording.frames >= ExcerptGeometry::frames)
            unlabelled.push_back(i);
    }
    if (unlabelled.empty())
        throw badInput(data.file().path().string(), "has nothing for teachers to label",
                       "songs without labels in the training split", "none");

    return translateTorchErrors(stage, [&] {
        const std::vector<ClassifierBundle> bundles = loaded(data, teachers, device);
        PseudoLabels result;
        for (const ClassifierBundle& bundle : bundles)
            result.teachers.push_back(bundle.info.sha256);
        for (const std::size_t index : unlabelled) {
            if (progress)
                progress({stage,
                          static_cast<double>(result.labels.size()) /
                              static_cast<double>(unlabelled.size()),
                          std::nullopt});
            const Recording& recording = data.recordings()[index];
            const std::vector<double> probabilities =
                meanProbabilities(bundles, data.logMels(recording, 0, recording.frames), stop);
            std::vector<FrameLabel> labels(recording.frames, FrameLabel::Unknown);
            for (std::size_t i = 0; i < probabilities.size(); ++i) {
                FrameLabel& label = labels[i + ExcerptGeometry::centre];
                if (probabilities[i] >= teachers.positiveProbability)
                    label = FrameLabel::Positive;
                else if (probabilities[i] <= teachers.negativeProbability)
                    label = FrameLabel::Negative;
            }
            result.labels.emplace(index, std::move(labels));
        }
        return result;
    });
}

} // namespace earshot
