// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "core/nets/model_bundle.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace earshot {

namespace {

Json layerJson(const LayerInfo& layer)
{
    Json shape = Json::array();
    for (const std::int64_t extent : layer.shape)
        shape.append(extent);
    return Json::object({{"name", layer.name},
                         {"shape", shape},
                         {"units", layer.units()},
                         {"activation", layer.activation}});
}

std::string layerLine(const LayerInfo& layer)
{
    std::string shape;
    for (const std::int64_t extent : layer.shape)
        shape += (shape.empty() ? "[" : ", ") + std::to_string(extent);
    shape += "]";
    std::string line = "  " + layer.name;
    line.resize(std::max<std::size_t>(line.size() + 1, 14), ' ');
    line += shape;
    line.resize(std::max<std::size_t>(line.size() + 1, 32), ' ');
    return line + layer.activation + "\n";
}

int runInspect(Context& context, const std::filesystem::path& folder)
{
    context.device();
    BundleInfo info = readBundleInfo(folder);
    std::vector<LayerInfo> layers;
    if (info.kind == "classifier")
        layers = loadClassifier(folder).classifier->layers();
    else
        loadGenerator(folder); // so that damage is found
    Json list = Json::array();
    std::string text = info.name + ": " + info.kind + " (" + info.architecture + ")\nlicence " +
                       info.licence + "\nSHA-256 " + info.sha256 + "\n";
    if (!info.label.empty())
        text += "output neuron: " + info.label + "\n";
    if (!layers.empty())
        text += "layers [channels, time, frequency] or [units]:\n";
    for (const LayerInfo& layer : layers) {
        list.append(layerJson(layer));
        text += layerLine(layer);
    }
    const Json document = Json::object({{"kind", info.kind},
                                        {"layers", list},
                                        {"licence", info.licence},
                                        {"sha256", info.sha256}});
    context.print(document, text);
    return ExitDone;
}

} // namespace

void addInspectCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto folder = std::make_shared<std::filesystem::path>();
    CLI::App* command =
        program.add_subcommand("inspect", "Layers, shapes, units and licence of a model bundle");
    command->add_option("BUNDLE", *folder, "Folder with model.json")
        ->type_name("FOLDER")
        ->required();
    context.addCommonOptions(*command, {"inspect models/svdnet"});
    command->callback([&body, folder] {
        body = [folder](Context& chosen) { return runInspect(chosen, *folder); };
    });
}

} // namespace earshot
