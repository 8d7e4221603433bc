// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/nets/device.h"
#include "core/util/error.h"
#include "core/util/progress.h"

#include <CLI/App.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

// What every command has: the common options, progress on stderr, results on stdout, and a stop
// token that SIGINT and SIGTERM set. Used on the main thread.
class Context
{
public:
    explicit Context(std::stop_token stop)
        : m_stop(std::move(stop))
    {
    }

    std::stop_token stop() const { return m_stop; }
    bool json = false;
    std::string deviceText = "auto";
    int threads = 0;
    std::uint64_t seed = 0;
    std::filesystem::path classifier; // empty: the shipped bundle
    std::filesystem::path generator;

    // --json, --device, --threads and --seed; `examples` end the help, a command line each.
    void addCommonOptions(CLI::App& command, std::initializer_list<const char*> examples);
    void addClassifierOption(CLI::App& command);
    void addGeneratorOption(CLI::App& command);

    Device device() const; // calls initialiseTorch
    std::filesystem::path classifierFolder() const;
    std::filesystem::path generatorFolder() const;

    // Progress line on stderr: rewritten in place on a terminal, else a line every few seconds.
    ProgressCallback progress() const;
    // Ends the progress line, if one is shown.
    void endProgress() const;
    void message(const std::string& text) const; // a line on stderr
    // With --json: the document on stdout; else the text.
    void print(const Json& document, const std::string& text) const;
    // Of the models that were named, as options to be given again: " --classifier 'FOLDER'".
    std::string modelOptions() const;
    // What repeats a command, to be completed by it: seed and versions.
    Json record() const;
    // With --json: {command, outputs, record, results} on stdout; else `text`.
    void finish(const std::string& command, const std::vector<std::filesystem::path>& outputs,
                const Json& record, const Json& results, const std::string& text) const;
    // Where a stop came before there was anything to keep; the exit code.
    int finishStopped(const std::string& command) const;

private:
    std::stop_token m_stop;
};

// "80 s", "5 min", "4 h 12 min"
std::string durationText(double seconds);

// "'TEXT'", for a POSIX shell.
std::string quoted(const std::string& text);
// " --OPTION 'VALUE'"; empty for an empty value.
std::string pathOption(const char* option, const std::filesystem::path& value);

// The same error of another subject, for parts that do not know the user's file.
Error about(const std::string& subject, const Error& error);

// Runs a command's body: returns its exit code.
using CommandBody = std::function<int(Context&)>;

// Each adds one command to the program; when it is chosen, it sets `body`.
void addInspectCommand(CLI::App& program, Context& context, CommandBody& body);
void addExplainCommand(CLI::App& program, Context& context, CommandBody& body);
void addSelectCommand(CLI::App& program, Context& context, CommandBody& body);
void addTrainCommand(CLI::App& program, Context& context, CommandBody& body);
void addEvaluateCommand(CLI::App& program, Context& context, CommandBody& body);
// Only in a build with audio.
void addMelCommand(CLI::App& program, Context& context, CommandBody& body);
void addRespondCommand(CLI::App& program, Context& context, CommandBody& body);
void addResynthesiseCommand(CLI::App& program, Context& context, CommandBody& body);
void addPackCommand(CLI::App& program, Context& context, CommandBody& body);
void addExamplesCommand(CLI::App& program, Context& context, CommandBody& body);
void addIndexCommand(CLI::App& program, Context& context, CommandBody& body);
void addTopCommand(CLI::App& program, Context& context, CommandBody& body);
void addReproduceCommand(CLI::App& program, Context& context, CommandBody& body);

} // namespace earshot
