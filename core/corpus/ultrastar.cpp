// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/ultrastar.h"

#include "core/corpus/label_text.h"
#include "core/util/error.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr double breathSeconds = 0.35;

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// Reads line by line; what a line means depends on those before it.
class Reader
{
public:
    explicit Reader(const fs::path& path)
        : m_path(path)
        , m_text(readText(path))
    {
    }

    UltraStarSong song()
    {
        bool isEnded = false;
        for (const std::string_view line : linesOf(m_text)) {
            ++m_line;
            const std::string_view rest = trimmed(line);
            isEnded = rest == "E";
            if (isEnded)
                break;
            if (rest.starts_with('#'))
                header(rest.substr(1));
            else if (!rest.empty())
                body(rest);
        }
        if (m_beatsPerMinute <= 0)
            throw badInput(m_path.string(), "is not an UltraStar song", "a line #BPM above 0",
                           "none");
        if (m_song.sung.empty() && !isEnded)
            throw badInput(m_path.string(), "holds no notes",
                           "lines ': start length pitch text', or an instrumental's end, 'E'",
                           "neither");
        merge();
        return std::move(m_song);
    }

    UltraStarSong head()
    {
        for (const std::string_view line : linesOf(m_text)) {
            ++m_line;
            if (const std::string_view rest = trimmed(line); rest.starts_with('#'))
                header(rest.substr(1));
            else if (!rest.empty())
                break;
        }
        return std::move(m_song);
    }

    bool hasTempo() const { return m_beatsPerMinute > 0; }

private:
    void header(std::string_view line)
    {
        const std::size_t colon = std::min(line.find(':'), line.size());
        std::string name(trimmed(line.substr(0, colon)));
        std::ranges::transform(name, name.begin(), [](unsigned char character) {
            return static_cast<char>(std::toupper(character));
        });
        const std::string_view value = trimmed(line.substr(std::min(colon + 1, line.size())));
        if (name == "ARTIST")
            m_song.artist = value;
        else if (name == "TITLE")
            m_song.title = value;
        else if (name == "AUDIO" || (name == "MP3" && m_song.audio.empty()))
            m_song.audio = value;
        else if (name == "BPM")
            m_beatsPerMinute = tempoIn(value);
        else if (name == "GAP")
            m_gapSeconds = numberIn(value, m_path, m_line) / 1000;
        else if (name == "RELATIVE" && (value == "YES" || value == "yes"))
            throw refused("absolute times", "#RELATIVE:YES");
    }

    // Of quarters; players accept some hundreds.
    double tempoIn(std::string_view value) const
    {
        constexpr double fastest = 10000;
        const double tempo = numberIn(value, m_path, m_line);
        if (tempo <= 0 || tempo > fastest)
            throw refused("#BPM above 0, at most 10000", value);
        return tempo;
    }

    void body(std::string_view line)
    {
        const char kind = line.front();
        if (kind == '-' || kind == 'P')
            return;
        if (std::string_view(":*FRG").find(kind) == std::string_view::npos)
            throw refused("a note, a break or the end", line);
        line = trimmed(line.substr(1));
        double numbers[3] = {};
        for (double& number : numbers) {
            const std::string_view word = line.substr(0, line.find_first_of(" \t"));
            number = numberIn(word, m_path, m_line);
            line = trimmed(line.substr(word.size()));
        }
        if (m_beatsPerMinute <= 0 || numbers[1] < 0)
            throw refused("#BPM before the first note, and a length of 0 or more", line);
        const double beatSeconds = 15 / m_beatsPerMinute;
        const double start = m_gapSeconds + numbers[0] * beatSeconds;
        m_song.sung.push_back({start, start + numbers[1] * beatSeconds});
    }

    void merge()
    {
        std::vector<LabelInterval>& notes = m_song.sung;
        std::ranges::sort(notes, {}, &LabelInterval::startSeconds);
        std::vector<LabelInterval> merged;
        for (const LabelInterval& note : notes) {
            if (!merged.empty() && note.startSeconds - merged.back().endSeconds < breathSeconds)
                merged.back().endSeconds = std::max(merged.back().endSeconds, note.endSeconds);
            else
                merged.push_back(note);
        }
        notes = std::move(merged);
    }

    Error refused(const std::string& expected, std::string_view found) const
    {
        return badInput(m_path.string(), "line " + std::to_string(m_line) + " cannot be used",
                        expected, "'" + std::string(found) + "'");
    }

    const fs::path& m_path;
    std::string m_text;
    std::size_t m_line = 0;
    double m_beatsPerMinute = 0;
    double m_gapSeconds = 0;
    UltraStarSong m_song;
};

} // namespace

UltraStarSong readUltraStar(const fs::path& path)
{
    return Reader(path).song();
}

std::optional<UltraStarSong> ultraStarHeader(const fs::path& path)
{
    try {
        Reader reader(path);
        UltraStarSong song = reader.head();
        if (reader.hasTempo())
            return song;
    } catch (const Error&) {
        // Another kind of text; a song with a damaged head says so when it is read whole.
    }
    return std::nullopt;
}

} // namespace earshot
