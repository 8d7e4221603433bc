// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/model_bundle.h"

#include "core/io/sha256.h"
#include "core/nets/classifier_architecture.h"
#include "core/nets/music_generator.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"

#include <set>
#include <span>
#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr int format = 1;
constexpr const char* manifestName = "model.json";
constexpr const char* weightsName = "weights.safetensors";

void expect(const BundleInfo& info, const std::string& what, const std::string& expected,
            const std::string& found)
{
    if (found != expected)
        throw badInput((info.folder / manifestName).string(), "cannot be used: " + what,
                       "'" + expected + "'", "'" + found + "'");
}

const ClassifierArchitecture& architectureOf(const BundleInfo& info)
{
    if (const ClassifierArchitecture* known = findClassifierArchitecture(info.architecture))
        return *known;
    std::string names;
    for (const ClassifierArchitecture& known : classifierArchitectures())
        names += (names.empty() ? "'" : " or '") + known.name + "'";
    throw badInput((info.folder / manifestName).string(), "cannot be used: architecture", names,
                   "'" + info.architecture + "'");
}

// A training that begins with the same seed must not have begun with these weights.
constexpr std::uint64_t randomisationSeedOffset = 0xA0761D6478BD642FU;

// Replaces the weights from the layer on, in the order of the forward pass.
void randomise(const ClassifierArchitecture& architecture, const Randomisation& randomisation,
               Weights& weights)
{
    const std::string first = randomisation.layer + ".weight";
    const Weights drawn = architecture.initialWeights(randomisation.seed + randomisationSeedOffset);
    std::string layers;
    bool begun = false;
    for (const auto& [name, tensor] : drawn.entries()) {
        if (name.ends_with(".weight"))
            layers += (layers.empty() ? "" : ", ") + name.substr(0, name.rfind('.'));
        begun = begun || name == first;
        if (begun)
            weights.at(name) = tensor;
    }
    if (!begun)
        throw badInput(randomisation.layer, "cannot be randomised", "one of " + layers,
                       "no layer with weights");
}

// Of the tensors' names and values, in their order.
std::string hashOf(const Weights& weights)
{
    std::string bytes;
    for (const auto& [name, tensor] : weights.entries()) {
        const at::Tensor values = tensor.to(at::kCPU, at::kFloat).contiguous();
        bytes += name;
        bytes.append(reinterpret_cast<const char*>(values.const_data_ptr<float>()),
                     static_cast<std::size_t>(values.numel()) * sizeof(float));
    }
    return sha256(std::as_bytes(std::span(bytes)));
}

} // namespace

BundleInfo readBundleInfo(const fs::path& folder)
{
    std::error_code error;
    if (!fs::is_directory(folder, error))
        throw badInput(folder.string(), "is not a model bundle", "a folder with model.json",
                       fs::exists(folder, error) ? "a file" : "nothing");
    BundleInfo info;
    info.folder = folder;
    info.manifest = Json::readFile(folder / manifestName);
    const std::string manifest = (folder / manifestName).string();
    if (info.manifest.integer("format") != format)
        throw badInput(manifest, "has an unknown format", std::to_string(format),
                       std::to_string(info.manifest.integer("format")));
    info.kind = info.manifest.text("kind");
    info.architecture = info.manifest.text("architecture");
    info.name = info.manifest.text("name");
    info.licence = info.manifest.text("licence");
    if (info.manifest.contains("label"))
        info.label = info.manifest.text("label");
    const Json expected = info.manifest.at("sha256");
    info.sha256 = expected.text(weightsName);
    for (const std::string& file : expected.keys()) {
        if (file.empty() || file == "." || file == ".." || file.find('/') != std::string::npos)
            throw badInput(manifest, "names a file outside its folder", "plain file names", file);
        const std::string found = sha256OfFile(folder / file);
        if (found != expected.text(file))
            throw badInput((folder / file).string(), "is not the file that model.json describes",
                           "SHA-256 " + expected.text(file), found);
    }
    return info;
}

ClassifierBundle loadClassifier(const fs::path& folder,
                                const std::optional<Randomisation>& randomisation)
{
    ClassifierBundle bundle;
    bundle.info = readBundleInfo(folder);
    expect(bundle.info, "kind", "classifier", bundle.info.kind);
    const ClassifierArchitecture& architecture = architectureOf(bundle.info);
    expect(bundle.info, "front end", "ismir2015", bundle.info.manifest.text("front_end"));
    expect(bundle.info, "input map", "standardise", bundle.info.manifest.text("input_map"));
    std::vector<Weights::Shape> shapes = architecture.weightShapes();
    shapes.push_back({"input.mean", {80}});
    shapes.push_back({"input.std", {80}});
    const SafetensorsFile file(folder / weightsName);
    const Weights all = Weights::read(file, shapes);
    Weights own;
    for (const Weights::Shape& shape : architecture.weightShapes())
        own.add(shape.name, all.at(shape.name));
    if (randomisation) {
        randomise(architecture, *randomisation, own);
        bundle.info.randomised = randomisation;
        bundle.info.trainedSha256 = bundle.info.sha256;
        bundle.info.sha256 = hashOf(own);
        bundle.info.name += ", randomised from " + randomisation->layer;
    }
    bundle.inputMap = std::make_unique<Standardise>(all.at("input.mean"), all.at("input.std"));
    bundle.classifier = architecture.make(std::move(own));
    return bundle;
}

GeneratorBundle loadGenerator(const fs::path& folder)
{
    GeneratorBundle bundle;
    bundle.info = readBundleInfo(folder);
    expect(bundle.info, "kind", "generator", bundle.info.kind);
    expect(bundle.info, "architecture", "music-generator", bundle.info.architecture);
    expect(bundle.info, "front end", "ismir2015", bundle.info.manifest.text("front_end"));
    const SafetensorsFile file(folder / weightsName);
    bundle.generator =
        std::make_unique<MusicGenerator>(Weights::read(file, MusicGenerator::weightShapes()));
    return bundle;
}

void writeBundle(const BundleInfo& info, const Weights& weights)
{
    AtomicFile weightsFile(info.folder / weightsName);
    weights.write(weightsFile);
    Json manifest = Json::object({{"format", format},
                                  {"kind", info.kind},
                                  {"architecture", info.architecture},
                                  {"name", info.name},
                                  {"licence", info.licence},
                                  {"front_end", "ismir2015"}});
    if (info.kind == "classifier") {
        manifest.set("input_map", "standardise");
        manifest.set("label", info.label);
    }
    Json hashes = Json::object({{weightsName, sha256OfFile(weightsFile.temporaryPath())}});
    if (!info.manifest.isNull()) {
        for (const std::string& key : info.manifest.keys())
            if (key != "sha256" && !manifest.contains(key))
                manifest.set(key, info.manifest.at(key));
        std::error_code error;
        if (info.manifest.contains("sha256"))
            for (const std::string& file : info.manifest.at("sha256").keys())
                if (file != weightsName && fs::exists(info.folder / file, error))
                    hashes.set(file, sha256OfFile(info.folder / file));
    }
    manifest.set("sha256", hashes);
    AtomicFile manifestFile(info.folder / manifestName);
    manifestFile.write(manifest.dump() + "\n");
    // Both are on the disk before either replaces an older one.
    weightsFile.sync();
    manifestFile.sync();
    weightsFile.commit();
    manifestFile.commit();
}

void refreshHashes(const fs::path& folder, const std::string& added)
{
    Json manifest = Json::readFile(folder / manifestName);
    std::set<std::string> files{weightsName, added};
    std::error_code error;
    if (manifest.contains("sha256"))
        for (const std::string& file : manifest.at("sha256").keys())
            if (fs::exists(folder / file, error))
                files.insert(file);
    Json hashes = Json::object();
    for (const std::string& file : files)
        hashes.set(file, sha256OfFile(folder / file));
    manifest.set("sha256", hashes);
    manifest.writeFile(folder / manifestName);
}

} // namespace earshot
