// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that need no network: mel and resynthesise.
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/options.h"
#include "core/audio/audio_file.h"
#include "core/dsp/log_mel.h"
#include "core/dsp/resynthesis.h"
#include "core/io/safetensors.h"
#include "core/util/error.h"
#include "core/util/output_path.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <span>
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
    context.device(); // one that is not there is an error, like everywhere
    requireNotInput(options.out, options.audio);
    const FrontEndParameters frontEnd;
    std::vector<float> samples;
    readMonoPieces(
        options.audio, frontEnd.sampleRateHz,
        [&](std::span<const float> piece) {
            samples.insert(samples.end(), piece.begin(), piece.end());
        },
        context.stop());
    const Matrix<float> mels = logMel(samples, frontEnd);
    if (mels.empty())
        throw badInput(options.audio.string(), "is too short",
                       "at least " + std::to_string(frontEnd.fftSize) + " samples at 22,050 Hz",
                       std::to_string(samples.size()));
    requireFinite(mels, options.audio);
    if (context.stop().stop_requested())
        return context.finishStopped("mel");
    SafetensorsWriter writer;
    writer.add("log_mel", mels);
    writer.setMetadata("front_end", "ismir2015");
    writer.setMetadata("source", options.audio.filename().string());
    writer.write(options.out);
    Json record = context.record();
    record.set("front_end", "ismir2015");
    record.set("source", options.audio.string());
    const Json results = Json::object({{"frames", static_cast<std::int64_t>(mels.rows())},
                                       {"bands", static_cast<std::int64_t>(mels.columns())}});
    context.finish("mel", {options.out}, record, results,
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
    context.device(); // as in mel
    requireNotInput(options.out, options.mels);
    const FrontEndParameters frontEnd;
    const SafetensorsFile file(options.mels);
    const Matrix<float> mels =
        file.matrix("log_mel", -1, static_cast<std::int64_t>(frontEnd.melBands));
    ResynthesisParameters parameters = resynthesisDefaults(
        options.method == "paper" ? ResynthesisMethod::Paper : ResynthesisMethod::Joint);
    parameters.seed = context.seed;
    std::vector<float> samples;
    try {
        samples = resynthesise(mels, frontEnd, parameters, context.stop(), context.progress());
    } catch (const Error& error) { // of the values, which does not know their file
        throw about(options.mels.string(), error);
    }
    if (context.stop().stop_requested())
        return context.finishStopped("resynthesise");
    writeWav(options.out, samples, frontEnd.sampleRateHz);
    const double seconds = static_cast<double>(samples.size()) / frontEnd.sampleRateHz;
    Json record = context.record();
    record.set("method", options.method);
    record.set("iterations", parameters.iterations);
    const Json results = Json::object({{"seconds", seconds},
                                       {"samples", static_cast<std::int64_t>(samples.size())},
                                       {"sample_rate_hz", frontEnd.sampleRateHz}});
    char length[32];
    std::snprintf(length, sizeof length, ": %.3f s\n", seconds);
    context.finish("resynthesise", {options.out}, record, results, options.out.string() + length);
    return ExitDone;
}

} // namespace

void addMelCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<MelOptions>();
    CLI::App* command = program.add_subcommand(
        "mel", "Log-mel spectrogram of an audio file, by the paper's front end");
    command->add_option("AUDIO", options->audio, "WAV, FLAC, Ogg or MP3")
        ->type_name("FILE")
        ->required();
    addOutOption(*command, options->out, "FILE",
                 "log_mel [frames, 80] float32, natural logarithm (.safetensors)")
        ->required();
    context.addCommonOptions(*command, {"mel song.ogg --out song.safetensors"});
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runMel(chosen, *options); };
    });
}

void addResynthesiseCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<ResynthesiseOptions>();
    CLI::App* command = program.add_subcommand("resynthesise", "Sound from a log-mel spectrogram");
    command->add_option("MELS", options->mels, "A .safetensors file with log_mel [frames, 80]")
        ->type_name("FILE")
        ->required();
    addChoice(*command, "--method", options->method, {"joint", "paper"},
              "joint: mel constraint inside fast Griffin-Lim; paper: pseudo-inverse and "
              "Griffin-Lim, 100 iterations");
    addOutOption(*command, options->out, "FILE", "The WAV file (float32, 22,050 Hz)")->required();
    context.addCommonOptions(*command, {"resynthesise song.safetensors --out again.wav"});
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runResynthesise(chosen, *options); };
    });
}

} // namespace earshot
