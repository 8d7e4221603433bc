// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_task.h"

#include <filesystem>
#include <string>
#include <vector>

namespace earshot {

// One line of Table 3.
struct ClassifierRow
{
    std::string name;
    std::string threshold; // "0.47": of the probability; "0.000": of the logit
    double precision = 0;
    double recall = 0;
    double specificity = 0;
    double f1 = 0;
    double error = 0;
};

struct ClassifierTable
{
    std::vector<ClassifierRow> rows; // ours
    std::string source;              // where they come from, in words
};

// Of a packed file's test split, judged now; without one the figures of the model card, the table
// of `evaluate classifier`, if they are of these very weights; else no rows. Errors: BadInput for
// data that cannot be used; Failed after a stop.
ClassifierTable classifierTable(ReproduceTask& task, const std::filesystem::path& data);
double classifierUpdates(const std::filesystem::path& data);

// The rows of a card's table for these weights; none if it has none.
std::vector<ClassifierRow> cardRows(const std::string& card, const std::string& sha256);

// The paper's two.
const std::vector<ClassifierRow>& publishedClassifiers();

} // namespace earshot
