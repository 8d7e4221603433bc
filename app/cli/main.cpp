// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/options.h"
#include "core/util/error.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>
#include <new>
#include <stop_token>
#include <thread>
#include <unistd.h>

namespace earshot {

namespace {

// Turns the first SIGINT or SIGTERM into a stop request and lets a second one end the program.
// To be made before any other thread, so that all of them inherit the blocked signals.
class SignalStop
{
public:
    SignalStop()
    {
        sigemptyset(&m_signals);
        sigaddset(&m_signals, SIGINT);
        sigaddset(&m_signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
        // A full disk is an error of write(), and a closed pipe one of stdout: neither kills.
        std::signal(SIGXFSZ, SIG_IGN);
        std::signal(SIGPIPE, SIG_IGN);
        std::thread([this] {
            int number = 0;
            sigwait(&m_signals, &number);
            m_source.request_stop();
            sigwait(&m_signals, &number);
            ::_exit(128 + number);
        }).detach();
    }
    std::stop_token token() const { return m_source.get_token(); }

private:
    sigset_t m_signals{};
    std::stop_source m_source;
};

int report(const std::string& what, int code)
{
    std::cerr << "earshot-cli: error: " << what << "\n";
    return code;
}

// The commands that were recognised: "earshot-cli train classifier". `last` is the innermost one.
std::string commandLine(const CLI::App& program, const CLI::App** last = nullptr)
{
    const CLI::App* command = &program;
    std::string name = "earshot-cli";
    while (!command->get_subcommands().empty()) {
        command = command->get_subcommands().front();
        name += " " + command->get_name();
    }
    if (last != nullptr)
        *last = command;
    return name;
}

// CLI11 does not say which command is missing or misspelt, nor which option is.
std::string usageError(const CLI::App& program, const CLI::ParseError& error)
{
    const CLI::App* command = nullptr;
    const std::string name = commandLine(program, &command);
    std::string text = error.what();
    if (command->get_require_subcommand_min() > 0) {
        std::vector<std::string> names;
        for (const CLI::App* known : command->get_subcommands(nullptr))
            names.push_back(known->get_name());
        const std::vector<std::string> rest = command->remaining();
        text = rest.empty() ? "a command is missing" : "'" + rest.front() + "': is no command";
        text += ": expected " + alternatives(names);
    } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
        // What is misspelt is missing too.
        if (const std::vector<std::string> rest = command->remaining(); !rest.empty())
            text = "not expected: " + rest.front() + "; " + text;
    }
    return text + " (see " + name + " --help)";
}

int reportError(const CLI::App& program, const Context& context, const Error& error)
{
    context.endProgress();
    // Whatever could not be finished because of the stop.
    if (error.kind() == ErrorKind::Failed && context.stop().stop_requested())
        return context.finishStopped(commandLine(program).substr(std::strlen("earshot-cli ")));
    return report(error.what(), error.kind() == ErrorKind::BadInput ? ExitBadInput : ExitFailed);
}

int run(int argumentCount, char** arguments, std::stop_token stop)
{
    CLI::App program("Earshot: see and hear what a neuron of an audio classifier responds to.");
    program.set_version_flag("--version", EARSHOT_VERSION);
    program.require_subcommand(1);

    Context context(std::move(stop));
    CommandBody body;
    addInspectCommand(program, context, body);
#if EARSHOT_HAS_AUDIO
    addMelCommand(program, context, body);
    addRespondCommand(program, context, body);
    addResynthesiseCommand(program, context, body);
    addPackCommand(program, context, body);
    addExamplesCommand(program, context, body);
    addIndexCommand(program, context, body);
    addTopCommand(program, context, body);
#endif
    addExplainCommand(program, context, body);
    addSelectCommand(program, context, body);
    addTrainCommand(program, context, body);
    addEvaluateCommand(program, context, body);
#if EARSHOT_HAS_AUDIO
    addReproduceCommand(program, context, body);
#endif

    program.set_help_all_flag("--help-all", "Help of every command");
    program.footer(
        "Try first, with the models that come with the program:\n"
        "  earshot-cli explain --response 'fc9[0]'\n"
        "and listen to explanation/positive_00.wav. Options of a command: earshot-cli "
        "COMMAND --help\n\n"
        "Exit codes: 0 done; 1 failed, or an output cannot be written; 2 bad input or "
        "usage;\n3 stopped on request: what is worth keeping was kept (a second signal ends the "
        "program at once).");

    try {
        program.parse(argumentCount, argumentCount > 0 ? arguments : nullptr);
    } catch (const CLI::Success& success) { // --help, --version
        return program.exit(success);
    } catch (const CLI::ParseError& error) {
        return report(usageError(program, error), ExitBadInput);
    } catch (const Error& error) { // an option's value
        return report(error.what(), ExitBadInput);
    }
    const auto answer = [&] {
        try {
            return body(context);
        } catch (const Error& error) {
            return reportError(program, context, error); // writes, which may fail too
        }
    };
    try {
        return answer();
    } catch (const std::bad_alloc&) {
        context.endProgress();
        return report("out of memory", ExitFailed);
    } catch (const std::exception& error) {
        context.endProgress();
        return report(error.what(), ExitFailed);
    }
}

} // namespace

} // namespace earshot

int main(int argumentCount, char** arguments)
{
    // Lives until the process ends: its thread waits for signals.
    static earshot::SignalStop signals;
    return earshot::run(argumentCount, arguments, signals.token());
}
