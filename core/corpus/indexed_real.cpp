// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/indexed_real.h"

#include "core/corpus/index_file.h"
#include "core/corpus/index_ranking.h"
#include "core/explain/explanation_record.h"
#include "core/explain/real_side.h"
#include "core/io/sha256.h"

#include <algorithm>
#include <vector>

namespace earshot {

std::string musicSha256(const CorpusIndex& index)
{
    std::vector<std::string> hashes;
    for (const IndexedSong& song : index.songs())
        hashes.push_back(song.sha256);
    std::ranges::sort(hashes);
    std::string text;
    for (const std::string& hash : hashes)
        text += hash + '\n';
    return sha256(std::as_bytes(std::span(text)));
}

Json indexRecord(const CorpusIndex& index)
{
    return Json::object({{"file", index.path().string()},
                         {"folder", index.contents().folder.string()},
                         {"sha256", musicSha256(index)},
                         {"songs", static_cast<std::int64_t>(index.songs().size())},
                         {"excerpts", static_cast<std::int64_t>(index.excerpts())}});
}

IndexedReal indexedReal(const CorpusIndex& index, std::span<const float> responses,
                        const std::string& expression, Directions directions)
{
    IndexedReal result{realResponses(index, responses, expression), indexRecord(index)};
    for (const Direction direction : {Direction::Positive, Direction::Negative}) {
        const bool isPositive = direction == Direction::Positive;
        if (directions != (isPositive ? Directions::Negative : Directions::Positive))
            result.record.set(std::string(name(direction)),
                              realSide(result.real, direction).source);
    }
    return result;
}

} // namespace earshot
