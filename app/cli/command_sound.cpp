// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that need no network: mel and resynthesise.
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "core/audio/audio_file.h"
#include "core/dsp/log_mel.h"
#include "core/dsp/resynthesis.h"
#include "core/io/safetensors.h"
#include "core/util/error.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct MelOptions
{
    fs::path audio;
    fs::path out;
};

int runMel(Context& context, const MelOptions& options)
{
    const FrontEndParameters frontEnd;
    const std::vector<float> samples = readMono(options.audio, frontEnd.sampleRateHz);
    const Matrix<float> mels = logMel(samples, frontEnd);
    if (mels.empty())
        throw badInput(options.audio.string(), "is too short",
                       "at least " + std::to_string(frontEnd.fftSize) + " samples at 22,050 Hz",
                       std::to_string(samples.size()));
    SafetensorsWriter writer;
    writer.add("log_mel", mels);
    writer.setMetadata("front_end", "ismir2015");
    writer.setMetadata("source", options.audio.filename().string());
    writer.write(options.out);
    const Json results = Json::object({{"frames", static_cast<std::int64_t>(mels.rows())},
                                       {"bands", static_cast<std::int64_t>(mels.columns())}});
    context.finish("mel", {options.out}, Json(), results,
                   options.out.string() + ": log_mel [" + std::to_string(mels.rows()) + ", " +
                       std::to_string(mels.columns()) + "]\n");
    return ExitDone;
}

struct ResynthesiseOptions
{
    fs::path mels;
    fs::path out;
    std::string method = "joint";
};

int runResynthesise(Context& context, const ResynthesiseOptions& options)
{
    const FrontEndParameters frontEnd;
    const SafetensorsFile file(options.mels);
    const Matrix<float> mels =
        file.matrix("log_mel", -1, static_cast<std::int64_t>(frontEnd.melBands));
    ResynthesisParameters parameters = resynthesisDefaults(
        options.method == "paper" ? ResynthesisMethod::Paper : ResynthesisMethod::Joint);
    parameters.seed = context.seed;
    const std::vector<float> samples =
        resynthesise(mels, frontEnd, parameters, context.stop(), context.progress());
    if (context.stop().stop_requested()) {
        context.message("stopped: nothing was written");
        return ExitStopped;
    }
    writeWav(options.out, samples, frontEnd.sampleRateHz);
    const double seconds = static_cast<double>(samples.size()) / frontEnd.sampleRateHz;
    const Json results = Json::object({{"seconds", seconds}, {"method", options.method}});
    context.finish("resynthesise", {options.out}, Json(), results,
                   options.out.string() + ": " + std::to_string(seconds) + " s\n");
    return ExitDone;
}

} // namespace

void addMelCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<MelOptions>();
    CLI::App* command = program.add_subcommand(
        "mel", "Log-mel spectrogram of an audio file, by the paper's front end");
    command->add_option("AUDIO", options->audio, "WAV, FLAC, Ogg or MP3 file")->required();
    command
        ->add_option("--out", options->out,
                     "log_mel [frames, 80] float32, natural logarithm (.safetensors)")
        ->required();
    context.addCommonOptions(*command);
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runMel(chosen, *options); };
    });
}

void addResynthesiseCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<ResynthesiseOptions>();
    CLI::App* command = program.add_subcommand("resynthesise", "Sound from a log-mel spectrogram");
    command->add_option("MELS", options->mels, "A .safetensors file with log_mel [frames, 80]")
        ->required();
    command
        ->add_option("--method", options->method,
                     "joint: mel constraint inside fast Griffin-Lim; paper: pseudo-inverse and "
                     "Griffin-Lim, 100 iterations")
        ->check(CLI::IsMember({"joint", "paper"}))
        ->capture_default_str();
    command->add_option("--out", options->out, "The WAV file (float32, 22,050 Hz)")->required();
    context.addCommonOptions(*command);
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runResynthesise(chosen, *options); };
    });
}

} // namespace earshot
