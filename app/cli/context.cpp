// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"

#include "core/util/error.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <unistd.h>

namespace earshot {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto terminalInterval = std::chrono::milliseconds(200);
constexpr auto logInterval = std::chrono::seconds(10);

std::string duration(double seconds)
{
    const auto whole = static_cast<long>(std::lround(seconds));
    if (whole < 90)
        return std::to_string(whole) + " s";
    if (whole < 5400)
        return std::to_string((whole + 30) / 60) + " min";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

bool stderrIsTerminal()
{
    return ::isatty(STDERR_FILENO) == 1;
}

} // namespace

void Context::addCommonOptions(CLI::App& command)
{
    command.add_flag("--json", json, "Print one JSON document on standard output");
    command.add_option("--device", deviceText, "Where to compute: auto, cpu or cuda")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
        ->capture_default_str();
    command.add_option("--threads", threads, "Processor threads; 0: one for each core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    command.add_option("--seed", seed, "Seed of all random numbers")->capture_default_str();
}

void Context::addClassifierOption(CLI::App& command)
{
    command.add_option("--classifier", classifier,
                       "Folder of the classifier's bundle (default: the shipped svdnet)");
}

void Context::addGeneratorOption(CLI::App& command)
{
    command.add_option("--generator", generator,
                       "Folder of the generator's bundle (default: the shipped music-generator)");
}

Device Context::device() const
{
    return initialiseTorch(parseDeviceChoice(deviceText), threads);
}

fs::path Context::classifierFolder() const
{
    return classifier.empty() ? shippedModel("svdnet") : classifier;
}

fs::path Context::generatorFolder() const
{
    return generator.empty() ? shippedModel("music-generator") : generator;
}

ProgressCallback Context::progress() const
{
    auto last = std::make_shared<Clock::time_point>();
    return [last, terminal = stderrIsTerminal()](const Progress& progress) {
        const auto now = Clock::now();
        const bool done = progress.fraction >= 1;
        if (!done && *last != Clock::time_point{} &&
            now - *last < (terminal ? Clock::duration(terminalInterval) : logInterval))
            return;
        *last = now;
        std::string line = progress.stage;
        char percent[16];
        std::snprintf(percent, sizeof percent, " %.0f %%", 100 * progress.fraction);
        line += percent;
        if (progress.secondsLeft && !done)
            line += ", " + duration(*progress.secondsLeft) + " left";
        std::cerr << (terminal ? "\r\033[K" : "") << line << (terminal ? "" : "\n") << std::flush;
    };
}

void Context::endProgress() const
{
    if (stderrIsTerminal())
        std::cerr << "\r\033[K" << std::flush;
}

void Context::message(const std::string& text) const
{
    endProgress();
    std::cerr << text << "\n";
}

void Context::print(const Json& document, const std::string& text) const
{
    endProgress();
    std::cout << (json ? document.dump() + "\n" : text) << std::flush;
    if (!std::cout)
        throw cannotWrite("standard output", "cannot be written");
}

void Context::finish(const std::string& command, const std::vector<fs::path>& outputs,
                     const Json& record, const Json& results, const std::string& text) const
{
    Json paths = Json::array();
    for (const fs::path& path : outputs)
        paths.append(path.string());
    print(Json::object(
              {{"command", command}, {"outputs", paths}, {"record", record}, {"results", results}}),
          text);
}

fs::path shippedModel(const std::string& name)
{
    std::vector<fs::path> places;
    if (const char* models = std::getenv("EARSHOT_MODELS"); models != nullptr && *models != '\0')
        places.emplace_back(models);
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        places.push_back(program.parent_path() / ".." / "share" / "earshot" / "models");
        // build/<preset>/bin of a source tree
        places.push_back(program.parent_path() / ".." / ".." / ".." / "models");
    }
    std::string looked;
    for (const fs::path& place : places) {
        const fs::path folder = (place / name).lexically_normal();
        if (fs::exists(folder / "model.json", error))
            return folder;
        looked += (looked.empty() ? "" : ", ") + folder.string();
    }
    throw badInput(name, "is not a shipped model here", "its model.json in one of " + looked,
                   "none; name a folder, or set EARSHOT_MODELS");
}

} // namespace earshot
