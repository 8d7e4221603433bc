// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/indexed_music.h"
#include "app/cli/options.h"
#include "core/corpus/index_file.h"
#include "core/corpus/index_ranking.h"
#include "core/explain/explainer.h"
#include "core/explain/real_side.h"
#include "core/io/csv.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <set>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct TopOptions
{
    fs::path index;
    std::string response;
    std::string direction = "positive";
    std::int64_t count = 10;
    bool onePerSong = false;
    bool withoutSilence = false;
};

// What a reader of the list should know, a line each.
std::vector<std::string> notesOn(const CorpusIndex& index, const std::vector<TopExcerpt>& top,
                                 std::size_t count)
{
    std::vector<std::string> notes;
    if (top.size() < count)
        notes.push_back("only " + groupedNumber(top.size()) + " of " + groupedNumber(count) +
                        " asked for: there are no more");
    const auto silent = std::ranges::count_if(top, &TopExcerpt::isSilent);
    if (silent > 0)
        notes.push_back(groupedNumber(static_cast<std::size_t>(silent)) +
                        " of these are silence; --without-silence leaves it out, as Eq. 3 does");
    std::set<std::size_t> songs;
    for (const TopExcerpt& excerpt : top)
        songs.insert(excerpt.song);
    for (const std::size_t song : songs) {
        const SongState state = index.songState(song);
        if (state != SongState::Unchanged)
            notes.push_back(staleText("'" + index.songPath(song).string() + "' has " +
                                      (state == SongState::Changed ? "changed" : "vanished")));
    }
    return notes;
}

int runTop(Context& context, const TopOptions& options)
{
    const CorpusIndex index(options.index);
    const Device device = context.device();
    const Explainer explainer(context.classifierFolder(), {}, device);
    const ResponseExpression expression = explainer.parse(options.response);
    const std::vector<float> responses = indexedResponses(context, index, explainer, expression);
    if (responses.empty())
        return context.finishStopped("top");
    TopSettings settings;
    settings.direction =
        options.direction == "positive" ? Direction::Positive : Direction::Negative;
    settings.count = static_cast<std::size_t>(options.count);
    settings.perSong = options.onePerSong ? PerSong::One : PerSong::Any;
    settings.silence = options.withoutSilence ? Silence::LeftOut : Silence::Included;
    const std::vector<TopExcerpt> top = topExcerpts(index, responses, settings);

    CsvWriter csv({"rank", "file", "time_s", "response"});
    Json list = Json::array();
    for (std::size_t i = 0; i < top.size(); ++i) {
        const std::string file = index.songPath(top[i].song).string();
        csv.add(i + 1).add(file).add(top[i].timeSeconds).add(top[i].response);
        csv.endRow();
        list.append(Json::object({{"rank", static_cast<std::int64_t>(i + 1)},
                                  {"file", file},
                                  {"time_s", top[i].timeSeconds},
                                  {"response", static_cast<double>(top[i].response)},
                                  {"silent", top[i].isSilent}}));
    }
    const std::vector<std::string> notes = notesOn(index, top, settings.count);
    for (const std::string& note : notes)
        context.message("earshot-cli: note: " + note);
    Json record = context.record();
    record.set("sha256", Json::object({{"classifier", explainer.classifier().sha256}}));
    record.set("response", expression.canonical());
    record.set("direction", options.direction);
    record.set("index", indexRecord(index));
    record.set("device", device.description);
    context.finish("top", {}, record,
                   Json::object({{"excerpts", list}, {"notes", Json::array(notes)}}), csv.text());
    return ExitDone;
}

} // namespace

void addTopCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<TopOptions>();
    CLI::App* command = program.add_subcommand(
        "top", "The excerpts of indexed music that a neuron responds to most, or least, as CSV "
               "(rank, file, time_s of the first sample, response) on standard output");
    command->add_option("--index", options->index, "Made by 'index'")
        ->type_name("FILE")
        ->required();
    command
        ->add_option("--response", options->response,
                     "Units, means, and sums and multiples of these are answered at once: fc8[3], "
                     "mean(conv4[12]), fc8[3] - fc8[7]; anything else is computed from the audio")
        ->type_name("EXPRESSION")
        ->required();
    addChoice(*command, "--direction", options->direction, {"positive", "negative"},
              "positive: the highest responses; negative: the lowest");
    command->add_option("--count", options->count, "How many; overlapping excerpts count")
        ->type_name("N")
        ->transform(wholeNumber("--count", 1, 100000000))
        ->capture_default_str();
    command->add_flag("--one-per-song", options->onePerSong, "Of each song only the most extreme");
    command->add_flag("--without-silence", options->withoutSilence,
                      "Leave out excerpts of which more than a quarter is silent");
    context.addClassifierOption(*command);
    context.addCommonOptions(*command, {"top --index music.index --response 'fc8[3]' --count 20"});
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runTop(chosen, *options); };
    });
}

} // namespace earshot
