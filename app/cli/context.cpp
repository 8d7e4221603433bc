// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"

#include "app/cli/exit_codes.h"
#include "app/cli/options.h"
#include "app/shipped_models.h"
#include "core/explain/explanation_record.h"
#include "core/util/error.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>
#include <memory>
#include <unistd.h>

namespace earshot {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto terminalInterval = std::chrono::milliseconds(200);
constexpr auto logInterval = std::chrono::seconds(10);

// What JSON readers hold as a whole number. The range is in the description.
CLI::Validator seedNumber()
{
    return wholeNumber("--seed", 0, std::numeric_limits<std::int64_t>::max()).description("");
}

bool stderrIsTerminal()
{
    return ::isatty(STDERR_FILENO) == 1;
}

} // namespace

void Context::addCommonOptions(CLI::App& command, std::initializer_list<const char*> examples)
{
    command.add_flag("--json", json, "Print one JSON document on standard output");
    addChoice(command, "--device", deviceText, {"auto", "cpu", "cuda"},
              "Where to compute; auto: a GPU if there is one");
    command.add_option("--threads", threads, "Processor threads; 0: one for each core")
        ->type_name("N")
        ->transform(wholeNumber("--threads", 0, 1024))
        ->capture_default_str();
    command.add_option("--seed", seed, "Seed of all random numbers, below 2^63")
        ->type_name("N")
        ->transform(seedNumber())
        ->capture_default_str();
    std::string text = "Example:";
    for (const char* example : examples)
        text += std::string("\n  earshot-cli ") + example;
    command.footer(text);
}

void Context::addClassifierOption(CLI::App& command)
{
    command
        .add_option("--classifier", classifier,
                    "The classifier's bundle (default: the shipped svdnet)")
        ->type_name("FOLDER");
}

void Context::addGeneratorOption(CLI::App& command)
{
    command
        .add_option("--generator", generator,
                    "The generator's bundle (default: the shipped music-generator)")
        ->type_name("FOLDER");
}

Device Context::device() const
{
    return initialiseTorch(parseDeviceChoice(deviceText), threads);
}

fs::path Context::classifierFolder() const
{
    return classifier.empty() ? shippedModel(shippedClassifier) : classifier;
}

fs::path Context::generatorFolder() const
{
    return generator.empty() ? shippedModel(shippedGenerator) : generator;
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
            line += ", " + durationText(*progress.secondsLeft) + " left";
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

std::string Context::modelOptions() const
{
    return pathOption("--classifier", classifier) + pathOption("--generator", generator);
}

Json Context::record() const
{
    return Json::object(
        {{"seed", static_cast<std::int64_t>(seed)}, {"versions", versionsRecord()}});
}

int Context::finishStopped(const std::string& command) const
{
    message("stopped: nothing was written");
    finish(command, {}, record(), Json::object({{"state", "stopped"}}), "");
    return ExitStopped;
}

std::string durationText(double seconds)
{
    const auto whole = static_cast<long>(std::lround(seconds));
    if (whole < 90)
        return std::to_string(whole) + " s";
    if (whole < 5400)
        return std::to_string((whole + 30) / 60) + " min";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string quoted(const std::string& text)
{
    std::string word = "'";
    for (const char letter : text)
        word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return word + "'";
}

std::string pathOption(const char* option, const std::filesystem::path& value)
{
    return value.empty() ? "" : std::string(" ") + option + " " + quoted(value.string());
}

Error about(const std::string& subject, const Error& error)
{
    std::string what = error.what();
    if (const std::string prefix = "'" + error.subject() + "': "; what.starts_with(prefix))
        what.erase(0, prefix.size());
    return Error(error.kind(), subject, what);
}

} // namespace earshot
