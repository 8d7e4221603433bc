// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/forward_passes.h"

#include "core/explain/reference_responses.h"
#include "core/explain/response_evaluation.h"
#include "core/explain/row_blocks.h"
#include "core/nets/excerpt_geometry.h"
#include "core/nets/generator.h"
#include "core/nets/input_map.h"
#include "core/nets/torch_device.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <atomic>

namespace earshot {

namespace {

// Runs pass(input [rows of a block, columns]) → [rows, outputColumns] over all rows; a CPU's last
// row is repeated to fill its block. Returns the number of rows done.
template <typename Pass>
std::size_t passRows(const Device& device, MatrixView<const float> input, MatrixView<float> output,
                     std::stop_token stop, const std::function<void(std::size_t)>& progress,
                     const Pass& pass)
{
    const std::size_t together = blockRows(device, input.rows());
    const std::size_t blocks = (input.rows() + together - 1) / together;
    std::atomic<std::size_t> done = 0;
    const auto runBlock = [&](std::size_t block) {
        const at::NoGradGuard noGradient;
        const std::size_t first = block * together;
        const std::size_t rows = std::min(together, input.rows() - first);
        at::Tensor batch = at::empty({static_cast<std::int64_t>(device.isCuda ? rows : together),
                                      static_cast<std::int64_t>(input.columns())},
                                     at::kFloat);
        float* values = batch.mutable_data_ptr<float>();
        for (std::size_t row = 0; row < static_cast<std::size_t>(batch.size(0)); ++row)
            std::ranges::copy(input.row(first + std::min(row, rows - 1)),
                              values + row * input.columns());
        const at::Tensor result =
            pass(batch.to(torchDevice(device))).to(at::kCPU, at::kFloat).contiguous();
        std::copy_n(result.const_data_ptr<float>(), rows * output.columns(),
                    output.row(first).data());
        done += rows;
    };
    const auto report = [&] {
        if (progress)
            progress(done);
    };
    translateTorchErrors("torch", [&] { forEachBlock(device, blocks, runBlock, stop, report); });
    report();
    return done;
}

template <typename T>
Matrix<T> firstRows(Matrix<T> matrix, std::size_t rows)
{
    if (rows == matrix.rows())
        return matrix;
    const std::span<const T> kept = matrix.values().first(rows * matrix.columns());
    return Matrix<T>({kept.begin(), kept.end()}, rows, matrix.columns());
}

// [N, 115·80] → [N, 1, 115, 80]
at::Tensor excerpts(const at::Tensor& rows)
{
    return rows.view({-1, 1, ExcerptGeometry::frames, ExcerptGeometry::bands});
}

} // namespace

Matrix<float> generateLogMels(const Generator& generator, const Device& device,
                              MatrixView<const float> latents, std::stop_token stop)
{
    Matrix<float> mels(latents.rows(), ExcerptGeometry::frames * ExcerptGeometry::bands);
    const std::size_t done =
        passRows(device, latents, mels.view(), std::move(stop), {},
                 [&](const at::Tensor& batch) { return generator.generate(batch).flatten(1); });
    return firstRows(std::move(mels), done);
}

std::vector<float> evaluateResponses(const InputMap& inputMap, const Classifier& classifier,
                                     const ResponseExpression& expression, const Device& device,
                                     MatrixView<const float> logMels, std::stop_token stop,
                                     const std::function<void(std::size_t rowsDone)>& progress)
{
    std::vector<float> responses(logMels.rows());
    const std::size_t done = passRows(device, logMels, {responses.data(), responses.size(), 1},
                                      std::move(stop), progress, [&](const at::Tensor& batch) {
                                          return evaluateResponse(expression, classifier,
                                                                  inputMap.apply(excerpts(batch)))
                                              .unsqueeze(1);
                                      });
    responses.resize(done);
    return responses;
}

Matrix<float> referenceResponses(const InputMap& inputMap, const Classifier& classifier,
                                 const Device& device, MatrixView<const float> logMels,
                                 std::stop_token stop,
                                 const std::function<void(std::size_t rowsDone)>& progress)
{
    Matrix<float> responses(logMels.rows(), referencesOf(classifier).size());
    const std::size_t done = passRows(
        device, logMels, responses.view(), std::move(stop), progress, [&](const at::Tensor& batch) {
            return evaluateReferences(classifier, inputMap.apply(excerpts(batch)));
        });
    return firstRows(std::move(responses), done);
}

} // namespace earshot
