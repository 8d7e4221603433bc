// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_result.h"
#include "core/io/json.h"

#include <string>
#include <vector>

namespace earshot {

// What the command line says of a grid search.
class GridReport
{
public:
    // explainOptions: what `explain` needs beside the setting to go by it, " --seed 3". Borrows the
    // result.
    explicit GridReport(const GridResult& result, std::string explainOptions = {});

    // A line a setting, then the chosen one, how it does on fresh starts, and the command that uses
    // it.
    std::string text() const;
    // {response, direction, state, settings, chosen, fresh}; settings: as the record writes a
    // measurement, with `tied` and `refined`.
    Json json() const;
    // In words, empty if all went well.
    std::vector<std::string> problems() const;

private:
    std::string table() const;
    std::string choice() const;

    const GridResult& m_result;
    const std::string m_explainOptions;
};

} // namespace earshot
