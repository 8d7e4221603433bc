// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "core/explain/explainer.h"
#include "core/io/csv.h"
#include "core/listen/audio_response.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <numeric>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct RespondOptions
{
    fs::path audio;
    std::string response;
    std::size_t hopFrames = FrontEndParameters().excerptHopFrames;
    fs::path out;
};

int runRespond(Context& context, const RespondOptions& options)
{
    const Device device = context.device();
    const Explainer explainer(context.classifierFolder(), {}, device);
    const ResponseCurve curve =
        respondToAudio(explainer, options.audio, options.response, options.hopFrames,
                       FrontEndParameters(), context.stop(), context.progress());
    CsvWriter csv({"time_s", "centre_s", "response"});
    for (std::size_t i = 0; i < curve.responses.size(); ++i) {
        csv.add(curve.startSeconds[i]).add(curve.centreSeconds[i]).add(curve.responses[i]);
        csv.endRow();
    }
    csv.writeFile(options.out);
    const bool stopped = curve.responses.size() < curve.startSeconds.size();
    double mean = 0;
    float low = 0;
    float high = 0;
    if (!curve.responses.empty()) {
        const auto [least, most] =
            std::minmax_element(curve.responses.begin(), curve.responses.end());
        low = *least;
        high = *most;
        mean = std::accumulate(curve.responses.begin(), curve.responses.end(), 0.0) /
               static_cast<double>(curve.responses.size());
    }
    const Json results =
        Json::object({{"response", explainer.parse(options.response).canonical()},
                      {"excerpts", static_cast<std::int64_t>(curve.responses.size())},
                      {"mean", mean},
                      {"lowest", static_cast<double>(low)},
                      {"highest", static_cast<double>(high)},
                      {"state", stopped ? "stopped" : "ok"}});
    char text[160];
    std::snprintf(text, sizeof text, ": %zu excerpts, response %.2f to %.2f, mean %.2f\n",
                  curve.responses.size(), low, high, mean);
    context.finish("respond", {options.out}, Json(), results, options.out.string() + text);
    return stopped ? ExitStopped : ExitDone;
}

} // namespace

void addRespondCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<RespondOptions>();
    CLI::App* command =
        program.add_subcommand("respond", "A neuron's response along an audio file");
    command->add_option("AUDIO", options->audio, "WAV, FLAC, Ogg or MP3 file")->required();
    command->add_option("--response", options->response, "What to watch, e.g. fc9[0]")->required();
    command->add_option("--hop-frames", options->hopFrames, "Frames between excerpts (70 a second)")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    command->add_option("--out", options->out, "CSV with time_s, centre_s, response")->required();
    context.addClassifierOption(*command);
    context.addCommonOptions(*command);
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runRespond(chosen, *options); };
    });
}

} // namespace earshot
