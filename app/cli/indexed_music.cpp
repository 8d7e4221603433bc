// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/indexed_music.h"

#include "app/cli/context.h"
#include "core/corpus/index_audio.h"
#include "core/explain/explainer.h"
#include "core/explain/explanation_record.h"
#include "core/explain/real_side.h"

namespace earshot {

std::string staleText(const std::string& what)
{
    return what + " since it was indexed: run 'index' again";
}

CorpusIndex openIndex(const Context& context, const std::filesystem::path& path)
{
    CorpusIndex index(path);
    std::size_t changed = 0;
    std::size_t vanished = 0;
    for (std::size_t song = 0; song < index.songs().size(); ++song) {
        const SongState state = index.songState(song);
        changed += state == SongState::Changed ? 1 : 0;
        vanished += state == SongState::Vanished ? 1 : 0;
    }
    if (changed + vanished > 0)
        context.message("earshot-cli: note: " +
                        staleText("of the " + groupedNumber(index.songs().size()) + " songs in '" +
                                  index.contents().folder.string() + "' " + groupedNumber(changed) +
                                  " changed and " + groupedNumber(vanished) + " vanished"));
    return index;
}

std::vector<float> indexedResponses(const Context& context, const CorpusIndex& index,
                                    const Explainer& explainer,
                                    const ResponseExpression& expression)
{
    AudioControl control;
    control.stop = context.stop();
    control.progress = context.progress();
    control.estimated = [&](double seconds) {
        context.message("'" + expression.canonical() +
                        "' is not in the index: it is computed from the audio, in about " +
                        durationText(seconds));
    };
    control.leftOut = [&](const std::string& problem) { context.message("left out: " + problem); };
    return respondToIndexed(index, explainer, expression, control);
}

std::optional<IndexedReal> realFromIndex(const Context& context, const CorpusIndex& index,
                                         const Explainer& explainer,
                                         const ResponseExpression& expression,
                                         Directions directions)
{
    const std::vector<float> responses = indexedResponses(context, index, explainer, expression);
    if (responses.empty())
        return std::nullopt;
    IndexedReal result = indexedReal(index, responses, expression.canonical(), directions);
    for (const Direction direction : {Direction::Positive, Direction::Negative}) {
        if (!result.record.contains(name(direction)))
            continue;
        const RealSide side = realSide(result.real, direction);
        context.message("real music: " + side.source);
        for (const std::string& warning : side.warnings)
            context.message("earshot-cli: note: " + warning);
    }
    return result;
}

} // namespace earshot
