// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/own_music.h"

#include "core/explain/explainer.h"

namespace earshot {

namespace {

constexpr std::size_t longestList = 50; // as many as Eq. 3 compares with

} // namespace

OwnMusic::OwnMusic(const std::filesystem::path& file, const std::string& classifierSha256)
    : index(file)
    , sha256(musicSha256(index))
{
    index.requireClassifier(classifierSha256);
}

MusicResponses musicResponses(const std::shared_ptr<const OwnMusic>& music,
                              const Explainer& explainer, const std::string& response)
{
    MusicResponses result{music, response, {}, std::nullopt, {}};
    const std::optional<std::vector<float>> values =
        music->index.responses(explainer.parse(response));
    if (!values)
        return result;
    result.values = *values;
    for (const Direction direction : {Direction::Positive, Direction::Negative})
        result.top[direction] = topExcerpts(
            music->index, result.values, {direction, longestList, PerSong::One, Silence::LeftOut});
    if (!result.top[Direction::Positive].empty())
        result.real = realResponses(music->index, result.values, response);
    return result;
}

std::optional<IndexedReal> realOf(const OwnMusic& music, const Explainer& explainer,
                                  const std::string& response, Directions directions)
{
    const ResponseExpression expression = explainer.parse(response);
    const std::optional<std::vector<float>> values = music.index.responses(expression);
    if (!values)
        return std::nullopt;
    return indexedReal(music.index, *values, expression.canonical(), directions);
}

} // namespace earshot
