// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"
#if EARSHOT_HAS_AUDIO
#include "core/listen/heard.h"
#endif

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace earshot {

// Where 'explain' writes: the files of one explanation, all of them, or, after an error, none. What
// was there before is replaced, but only what belongs to an explanation.
class ExplanationFolder
{
public:
    static constexpr const char* resultName = "result.earshot";

    // Fails at once where nothing could be written after minutes of work: CannotWrite, and BadInput
    // where a sound of an explanation of these settings would replace a file of no explanation.
    ExplanationFolder(std::filesystem::path folder, const ExplainSettings& settings);
    ~ExplanationFolder(); // leaves no empty folder
    ExplanationFolder(const ExplanationFolder&) = delete;
    ExplanationFolder& operator=(const ExplanationFolder&) = delete;

    // Whether a finished explanation is here that differs from this one in nothing but how far it
    // came.
    bool holdsFinished(const Explanation& explanation) const;

    // The result and, in a build with audio, its sounds: written aside first, then moved, so that a
    // full disk leaves what was here before. Returns the paths, the result first.
    std::vector<std::filesystem::path> write(const Explanation& explanation, ResultDetail detail
#if EARSHOT_HAS_AUDIO
                                             ,
                                             const ExplanationSounds& sounds
#endif
    );

private:
    std::filesystem::path m_folder;
    std::filesystem::path m_partial;
    bool m_isNew = false;
    Json m_earlier;                 // the record of the result that is here; null: there is none
    std::set<std::string> m_sounds; // names of its WAV files, some of which may not be there
};

} // namespace earshot
