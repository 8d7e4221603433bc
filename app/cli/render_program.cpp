// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/render_program.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr const char* programName = "earshot";
constexpr const char* offScreen = "QT_QPA_PLATFORM=offscreen";
constexpr auto pollInterval = std::chrono::milliseconds(20);

// This process's, but for the display.
std::vector<std::string> environmentOffScreen()
{
    std::vector<std::string> variables{offScreen};
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (!std::string(*variable).starts_with("QT_QPA_PLATFORM="))
            variables.emplace_back(*variable);
    return variables;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace

std::optional<fs::path> windowProgram()
{
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    if (error)
        return std::nullopt;
    const fs::path program = self.parent_path() / programName;
    if (!fs::is_regular_file(program, error) || ::access(program.c_str(), X_OK) != 0)
        return std::nullopt;
    return program;
}

bool renderFigure(const fs::path& program, const fs::path& result, const fs::path& figure,
                  const std::stop_token& stop)
{
    std::vector<std::string> arguments{program.string(), "--render", result.string(), "--out",
                                       figure.string()};
    std::vector<std::string> environment = environmentOffScreen();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) // the caller says what failed
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failure = ::posix_spawn(&child, program.c_str(), &actions, nullptr,
                                      pointersTo(arguments).data(), pointersTo(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0)
        return false;
    int status = 0;
    for (;;) {
        const pid_t ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child)
            break;
        if (ended < 0 && errno != EINTR)
            return false;
        if (stop.stop_requested())
            ::kill(child, SIGKILL);
        std::this_thread::sleep_for(pollInterval);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace earshot
