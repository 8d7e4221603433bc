// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/progress.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

class Explainer;

struct IndexSummary
{
    std::size_t songs = 0; // in the index
    std::size_t excerpts = 0;
    std::size_t silent = 0; // of them; Eq. 3 leaves these out
    double seconds = 0;     // of sound
    // Songs that were run through the classifier now, that an earlier run had finished (in the
    // index or before it was interrupted), and that were in the index but are no more.
    std::size_t indexed = 0;
    std::size_t kept = 0;
    std::size_t removed = 0;
    std::vector<std::string> problems; // a message for each file that was left out
    // On request: the index is as it was; the songs that are finished wait beside it.
    bool stopped = false;
};

struct IndexControl
{
    // Answered within 100 ms, but after the write in hand (64 MB) or the sync of the finished file.
    // What is finished is kept.
    std::stop_token stop;
    ProgressCallback progress;
    // At once for each file that is left out, with what will be in the summary's problems.
    std::function<void(const std::string& problem)> leftOut;
};

// Makes or brings up to date the index (layout: index_file.h) of the sound files below a folder: a
// file whose size and time, or whose hash, are those of an earlier run is kept, a changed one is
// done again, a vanished one is removed, one that cannot be looked at now is kept. Synchronous;
// computes on the explainer's device and reads files ahead on threads of its own; the callbacks
// come on the calling thread. The index is replaced as a whole; until then finished songs are in
// the folder INDEX.partial, from which the next call goes on, however this one ended. Errors:
// BadInput if nothing can be indexed, or for an index, finished or not, of another classifier or of
// other music (another folder, and no song in common, by its name and contents); for a folder whose
// path is not UTF-8; CannotWrite.
IndexSummary buildIndex(const std::filesystem::path& folder, const std::filesystem::path& index,
                        const Explainer& explainer, const IndexControl& control = {});

} // namespace earshot
