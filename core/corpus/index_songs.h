// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/index_file.h"
#include "core/util/matrix.h"

#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

// Paths below a folder.
struct FoundSounds
{
    std::vector<std::string> names; // of sound files, sorted
    // Folders that could not be read, files that could not be looked at: what is there is unknown.
    std::vector<std::string> unread;
};

// The sound files below a folder: what has a sound format's ending, whether it can be read or not.
// Links are followed, each folder once; hidden files and folders are left out. Fewer after a stop.
// A folder below that cannot be read is left out with a message. Error (BadInput) if `folder`
// itself cannot, or for no sound file.
FoundSounds findSounds(const std::filesystem::path& folder, const std::stop_token& stop = {},
                       const std::function<void(const std::string& problem)>& leftOut = {});

// Whether it is one of these, or lies below one of them. Paths as in FoundSounds.
bool isAtOrBelow(const std::string& name, const std::vector<std::string>& places);

// Neither there nor absent: in a folder that may not be searched, on a disk that does not answer.
bool isUnknown(const std::filesystem::path& path);

// A sound file as the classifier will see it.
struct SongSound
{
    FileStamp stamp;
    std::string sha256;
    Matrix<float> logMels; // [frames, 80], natural logarithm
    double seconds = 0;
};

// A file with the known hash is not decoded: its log-mels stay empty. Errors: BadInput if the file
// cannot be read, changes meanwhile, or is shorter than an excerpt; Failed on a stop.
SongSound readSong(const std::filesystem::path& path, const std::stop_token& stop = {},
                   const std::string& knownSha256 = {});

// [excerpts, 115·80] of [first, first + count) of a sound's excerpts.
Matrix<float> excerptRows(MatrixView<const float> logMels, std::size_t first, std::size_t count);

// Reads several files ahead, on threads of its own, and hands them out in order. Memory is bounded
// by their number: 1.3 MB for each minute of one. The destructor waits for the threads, which end
// early on a stop.
template <typename Result>
class ReadAhead
{
public:
    // read(number) → Result, on another thread, for numbers in [0, count).
    ReadAhead(std::size_t count, std::size_t ahead, std::function<Result(std::size_t)> read)
        : m_count(count)
        , m_read(std::move(read))
    {
        for (std::size_t i = 0; i < ahead; ++i)
            start();
    }
    // Of the next number, [0, count) in turn; rethrows what read() threw.
    Result next()
    {
        std::future<Result> result = std::move(m_results.front());
        m_results.pop_front();
        result.wait();
        start();
        return result.get();
    }

private:
    void start()
    {
        if (m_started == m_count)
            return;
        m_results.push_back(std::async(std::launch::async, m_read, m_started));
        ++m_started;
    }

    std::size_t m_count;
    std::size_t m_started = 0;
    std::function<Result(std::size_t)> m_read;
    std::deque<std::future<Result>> m_results;
};

} // namespace earshot
