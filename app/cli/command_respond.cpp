// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/options.h"
#include "core/explain/explainer.h"
#include "core/io/csv.h"
#include "core/listen/audio_response.h"
#include "core/util/output_path.h"

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
    requireNotInput(options.out, options.audio);
    const Device device = context.device();
    const Explainer explainer(context.classifierFolder(), {}, device);
    const ResponseCurve curve =
        respondToAudio(explainer, options.audio, options.response, options.hopFrames,
                       FrontEndParameters(), context.stop(), context.progress());
    if (curve.responses.empty())
        return context.finishStopped("respond");
    CsvWriter csv({"time_s", "centre_s", "response"});
    for (std::size_t i = 0; i < curve.responses.size(); ++i) {
        csv.add(curve.startSeconds[i]).add(curve.centreSeconds[i]).add(curve.responses[i]);
        csv.endRow();
    }
    csv.writeFile(options.out);
    const bool stopped = curve.responses.size() < curve.startSeconds.size();
    const auto [low, high] = std::ranges::minmax(curve.responses);
    const double mean = std::accumulate(curve.responses.begin(), curve.responses.end(), 0.0) /
                        static_cast<double>(curve.responses.size());
    const std::string response = explainer.parse(options.response).canonical();
    Json record = context.record();
    record.set("sha256", Json::object({{"classifier", explainer.classifier().sha256}}));
    record.set("response", response);
    record.set("hop_frames", static_cast<std::int64_t>(options.hopFrames));
    record.set("device", device.description);
    const Json results =
        Json::object({{"response", response},
                      {"excerpts", static_cast<std::int64_t>(curve.responses.size())},
                      {"mean", mean},
                      {"lowest", static_cast<double>(low)},
                      {"highest", static_cast<double>(high)},
                      {"state", stopped ? "stopped" : "ok"}});
    char text[160];
    std::snprintf(text, sizeof text, " excerpts%s, response %.2f to %.2f, mean %.2f\n",
                  stopped ? ", stopped" : "", low, high, mean);
    const std::string count = ": " + std::to_string(curve.responses.size()) +
                              (stopped ? " of " + std::to_string(curve.startSeconds.size()) : "");
    context.finish("respond", {options.out}, record, results, options.out.string() + count + text);
    return stopped ? ExitStopped : ExitDone;
}

} // namespace

void addRespondCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<RespondOptions>();
    CLI::App* command =
        program.add_subcommand("respond", "A neuron's response along an audio file");
    command->add_option("AUDIO", options->audio, "WAV, FLAC, Ogg or MP3, 1.7 s at least")
        ->type_name("FILE")
        ->required();
    command
        ->add_option("--response", options->response,
                     "What to watch: fc9[0], mean(conv4[12]), norm(fc7), fc8[3] - fc8[7], …")
        ->type_name("EXPRESSION")
        ->required();
    command->add_option("--hop-frames", options->hopFrames, "Frames between excerpts (70 a second)")
        ->type_name("N")
        ->transform(wholeNumber("--hop-frames", 1, 1000000))
        ->capture_default_str();
    addOutOption(*command, options->out, "FILE",
                 "CSV with time_s and centre_s (an excerpt's first sample and centre), response")
        ->required();
    context.addClassifierOption(*command);
    context.addCommonOptions(*command, {"respond song.mp3 --response 'fc9[0]' --out singing.csv"});
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runRespond(chosen, *options); };
    });
}

} // namespace earshot
