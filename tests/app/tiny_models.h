// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/io/sha256.h"
#include "core/util/random.h"
#include "tests/support/files.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace earshot {

// Bundles with random weights, as a program of anybody's could write them.
class TinyModels
{
public:
    TinyModels()
    {
        writeClassifier("svdnet", 7, "singing voice");
        writeGenerator();
    }

    QString folder() const { return m_folder.name("."); }
    QString classifier() const { return m_folder.name("svdnet"); }
    QString generator() const { return m_folder.name("music-generator"); }
    // Another classifier beside them, of other random weights; returns its folder.
    QString addWitness(const char* label = "singing voice") const
    {
        writeClassifier("witness", 8, label);
        return m_folder.name("witness");
    }

    // Lists the classifier's responses.safetensors, as it is now, in its manifest.
    void listResponses() const
    {
        const std::filesystem::path bundle = m_folder.path("svdnet");
        Json manifest = Json::readFile(bundle / "model.json");
        Json hashes = manifest.at("sha256");
        hashes.set("responses.safetensors", sha256OfFile(bundle / "responses.safetensors"));
        manifest.set("sha256", hashes);
        manifest.writeFile(bundle / "model.json");
    }

private:
    struct Tensor
    {
        std::string name;
        std::vector<std::int64_t> shape;
        double fanIn; // values a unit sums; 0: a constant
        float constant = 0;
    };

    void writeClassifier(const char* bundle, std::uint64_t seed, const char* label) const
    {
        write(bundle, seed,
              {{"conv1.weight", {64, 1, 3, 3}, 9},
               {"conv1.bias", {64}, 0},
               {"conv2.weight", {32, 64, 3, 3}, 576},
               {"conv2.bias", {32}, 0},
               {"conv4.weight", {128, 32, 3, 3}, 288},
               {"conv4.bias", {128}, 0},
               {"conv5.weight", {64, 128, 3, 3}, 1152},
               {"conv5.bias", {64}, 0},
               {"fc7.weight", {256, 4928}, 4928},
               {"fc7.bias", {256}, 0},
               {"fc8.weight", {64, 256}, 256},
               {"fc8.bias", {64}, 0},
               {"fc9.weight", {1, 64}, 64},
               {"fc9.bias", {1}, 0},
               {"input.mean", {80}, 0, -4},
               {"input.std", {80}, 0, 2}},
              Json::object({{"format", 1},
                            {"kind", "classifier"},
                            {"architecture", "svdnet"},
                            {"input_map", "standardise"},
                            {"front_end", "ismir2015"},
                            {"licence", "CC0-1.0"},
                            {"name", "random"},
                            {"label", label}}));
    }

    // An output element of a transposed convolution of stride 2 sums a quarter of the kernel.
    void writeGenerator() const
    {
        write("music-generator", 7,
              {{"fc.weight", {5120, 128}, 128},
               {"fc.bias", {5120}, 0},
               {"convt1.weight", {128, 64, 5, 10}, 1600},
               {"convt1.bias", {64}, 0},
               {"convt2.weight", {64, 32, 5, 20}, 1600},
               {"convt2.bias", {32}, 0},
               {"convt3.weight", {32, 16, 5, 20}, 800},
               {"convt3.bias", {16}, 0},
               {"convt4.weight", {16, 8, 5, 20}, 400},
               {"convt4.bias", {8}, 0},
               {"conv.weight", {1, 8, 5, 5}, 50},
               {"conv.bias", {1}, 0, -4}},
              Json::object({{"format", 1},
                            {"kind", "generator"},
                            {"architecture", "music-generator"},
                            {"front_end", "ismir2015"},
                            {"licence", "CC0-1.0"},
                            {"name", "random"}}));
    }

    void write(const QString& bundle, std::uint64_t seed, const std::vector<Tensor>& tensors,
               Json manifest) const
    {
        std::vector<std::vector<float>> values;
        SafetensorsWriter writer;
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const Tensor& tensor = tensors[i];
            std::size_t count = 1;
            for (const std::int64_t extent : tensor.shape)
                count *= static_cast<std::size_t>(extent);
            values.emplace_back(count, tensor.constant);
            if (tensor.fanIn > 0) {
                CounterRandom random(seed, i);
                random.fillNormal(values.back());
                for (float& value : values.back())
                    value *= static_cast<float>(std::sqrt(2 / tensor.fanIn));
            }
        }
        for (std::size_t i = 0; i < tensors.size(); ++i)
            writer.add(tensors[i].name, tensors[i].shape, values[i]);
        const std::filesystem::path weights = m_folder.path(bundle + "/weights.safetensors");
        writer.write(weights);
        manifest.set("sha256", Json::object({{"weights.safetensors", sha256OfFile(weights)}}));
        manifest.writeFile(m_folder.path(bundle + "/model.json"));
    }

    TestFolder m_folder;
};

} // namespace earshot
