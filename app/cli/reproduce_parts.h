// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/util/progress.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace earshot {

class Context;

// One piece of a long computation, which is finished or not begun.
struct ReproducePart
{
    std::string name;   // of its file: letters, digits, "_" and "-"
    std::string title;  // in words: "searching settings of fc9[0]"
    Json settings;      // an object: what decides it, beside the models
    double updates = 0; // work, counted in updates of one row
};

struct PartResult
{
    Json numbers;                             // an object
    std::vector<std::filesystem::path> files; // that belong to it, in the folder
};

// The parts of one computation in a folder. Each finished one is a file there, parts/NAME.json,
// written atomically and last, with the models and settings that it belongs to and the hashes of
// its other files: a killed computation goes on where it was, also on another device, which rounds
// differently, and a part that belongs to something else, or is damaged, is computed again. Used on
// one thread.
class ReproduceParts
{
public:
    // origin: an object of what all parts share: hashes, seed, versions. isOnGpu: what is computed
    // now. Borrows the context.
    ReproduceParts(const Context& context, std::filesystem::path folder, Json origin, bool isOnGpu,
                   double totalUpdates, double secondsPerUpdate);

    // To be called once, before the first part that is computed, if there is any.
    void beforeWork(std::function<void()> call) { m_beforeWork = std::move(call); }
    // Whether every part so far was here already.
    bool isAllReused() const { return m_computed == 0; }

    // The part's numbers: of its file, or computed now by work(), which must come back soon after a
    // stop, with anything. Errors: Failed after a stop; CannotWrite; those of work().
    Json finished(const ReproducePart& part,
                  const std::function<PartResult(const ProgressCallback&)>& work);

    const std::filesystem::path& folder() const { return m_folder; }
    // A file of a part's own while it is computed, of these settings and this kind of device alone;
    // others of its name are removed.
    std::filesystem::path checkpoint(const ReproducePart& part) const;
    std::size_t reused() const { return m_reused; }
    double secondsLeft() const { return (m_totalUpdates - m_updatesDone) * m_secondsPerUpdate; }
    // All parts together, earlier runs' and their unfinished work too. NaN: a part went on from a
    // checkpoint whose time is not known.
    double secondsWorked() const { return m_seconds; }
    // Titles of the parts so far that a GPU made, or a processor.
    const std::vector<std::string>& madeOn(bool gpu) const { return m_made[gpu ? 1 : 0]; }

private:
    // What was done of a part that is not finished.
    struct Begun
    {
        double seconds = 0;  // NaN: not known
        double fraction = 0; // that need not be done again; NaN: not known
    };
    Json identityOf(const ReproducePart& part) const;
    Json stored(const ReproducePart& part) const; // null: none that fits
    std::filesystem::path begunFile(const ReproducePart& part) const;
    Begun begun(const ReproducePart& part) const;
    void keepBegun(const ReproducePart& part, const Begun& done) const;
    ProgressCallback progressOf(const ReproducePart& part) const;
    PartResult compute(const ReproducePart& part,
                       const std::function<PartResult(const ProgressCallback&)>& work,
                       Begun& done) const;

    const Context& m_context;
    const std::filesystem::path m_folder;
    const Json m_origin;
    const bool m_isOnGpu;
    const double m_totalUpdates;
    double m_secondsPerUpdate; // as measured, by what was done so far
    double m_updatesDone = 0;
    double m_updatesWorked = 0; // in this run
    double m_secondsWorkedNow = 0;
    double m_seconds = 0;
    std::array<std::vector<std::string>, 2> m_made; // on a processor, on a GPU
    std::size_t m_reused = 0;
    std::size_t m_computed = 0;
    std::function<void()> m_beforeWork;
};

} // namespace earshot
