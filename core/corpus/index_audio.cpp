// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_audio.h"

#include "core/corpus/index_songs.h"
#include "core/explain/explainer.h"
#include "core/util/error.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

namespace earshot {

namespace {

using Clock = std::chrono::steady_clock;

// Excerpts at a time, and those that the estimate is made from.
constexpr std::size_t batchExcerpts = 256;
constexpr std::size_t triedExcerpts = 16;
constexpr std::size_t filesAhead = 2;

double secondsSince(Clock::time_point begun)
{
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

struct Reading
{
    std::optional<SongSound> sound;
    std::string problem;
};

class Responding
{
public:
    Responding(const CorpusIndex& index, const Explainer& explainer,
               const ResponseExpression& expression, const AudioControl& control)
        : m_index(index)
        , m_explainer(explainer)
        , m_expression(expression)
        , m_control(control)
        , m_responses(index.excerpts(), std::numeric_limits<float>::quiet_NaN())
    {
    }

    std::vector<float> run()
    {
        const Clock::time_point begun = Clock::now();
        ReadAhead<Reading> readings(m_index.songs().size(), filesAhead,
                                    [this](std::size_t song) { return read(song); });
        for (std::size_t song = 0; song < m_index.songs().size(); ++song) {
            const Reading reading = readings.next();
            if (!m_control.stop.stop_requested() && reading.sound)
                respond(m_index.songs()[song], *reading.sound, secondsSince(begun));
            if (m_control.stop.stop_requested())
                return {};
            if (!reading.sound && m_control.leftOut)
                m_control.leftOut(reading.problem);
            m_done += m_index.songs()[song].excerpts;
            report(begun);
        }
        return std::move(m_responses);
    }

private:
    // On a thread of its own.
    Reading read(std::size_t song) const
    {
        try {
            SongSound sound = readSong(m_index.songPath(song), m_control.stop);
            if (sound.sha256 != m_index.songs()[song].sha256)
                throw badInput(m_index.songPath(song).string(),
                               "has changed since it was indexed: index its folder again");
            // Of the same bytes another decoder may make another length, and an index may be
            // damaged.
            if (excerptCount(sound.logMels.rows()) != m_index.songs()[song].excerpts)
                throw badInput(m_index.songPath(song).string(),
                               "has another length than was indexed: index its folder again",
                               std::to_string(m_index.songs()[song].excerpts) + " excerpts",
                               std::to_string(excerptCount(sound.logMels.rows())));
            return {std::move(sound), {}};
        } catch (const Error& error) {
            return {std::nullopt, error.what()};
        }
    }

    void respond(const IndexedSong& song, const SongSound& sound, double secondsToRead)
    {
        for (std::size_t first = 0; first < song.excerpts;) {
            const std::size_t count =
                std::min(m_isEstimated ? batchExcerpts : triedExcerpts, song.excerpts - first);
            const Clock::time_point begun = Clock::now();
            const std::vector<float> part = m_explainer.responses(
                excerptRows(sound.logMels, first, count), m_expression, m_control.stop);
            if (part.size() < count)
                return;
            if (!m_isEstimated)
                estimate(secondsSince(begun) / static_cast<double>(count), secondsToRead, sound);
            std::ranges::copy(part, m_responses.begin() +
                                        static_cast<std::ptrdiff_t>(song.firstExcerpt + first));
            first += count;
        }
    }

    // Reading goes on beside responding, on the same processor.
    void estimate(double secondsAnExcerpt, double secondsToRead, const SongSound& sound)
    {
        m_isEstimated = true;
        double seconds = 0;
        for (const IndexedSong& song : m_index.songs())
            seconds += song.seconds;
        if (m_control.estimated)
            m_control.estimated(secondsAnExcerpt * static_cast<double>(m_index.excerpts()) +
                                secondsToRead / sound.seconds * seconds);
    }

    void report(Clock::time_point begun) const
    {
        if (!m_control.progress)
            return;
        const double fraction =
            static_cast<double>(m_done) / static_cast<double>(m_index.excerpts());
        m_control.progress({"responding", fraction, secondsSince(begun) * (1 / fraction - 1)});
    }

    const CorpusIndex& m_index;
    const Explainer& m_explainer;
    const ResponseExpression& m_expression;
    const AudioControl& m_control;
    std::vector<float> m_responses;
    std::size_t m_done = 0;
    bool m_isEstimated = false;
};

} // namespace

std::vector<float> respondToIndexed(const CorpusIndex& index, const Explainer& explainer,
                                    const ResponseExpression& expression,
                                    const AudioControl& control)
{
    index.requireClassifier(explainer.classifier().sha256);
    if (std::optional<std::vector<float>> known = index.responses(expression))
        return std::move(*known);
    return Responding(index, explainer, expression, control).run();
}

} // namespace earshot
