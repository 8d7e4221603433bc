// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_result.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

struct Device;

// The searches that the window offers.
enum class SearchForm
{
    Quick,
    Full
};

GridSettings gridOf(SearchForm form, Direction direction);
// None: a grid of another size.
std::optional<SearchForm> formOf(const GridSettings& settings);

// What searches of one response in one direction leave in a folder: each grid its own result, so
// that a short search takes no place of a long one. Any thread.

// By name of the grid.
using GridResults = std::map<std::string, std::shared_ptr<const GridResult>>;

// "9x50x1000": pairs, examples and steps.
std::string gridName(const GridSettings& settings);

// Of a grid on one device: another one does not go on from it.
std::filesystem::path checkpointOf(const std::filesystem::path& folder,
                                   const GridSettings& settings, const Device& device);

// What a checkpoint holds.
struct UnfinishedSearch
{
    double updates = 0; // 0: nothing that could be gone on from
    Json identity;      // see gridIdentity()
};

struct StoredSearches
{
    GridResults results;
    // Of the window's forms, by checkpoint.
    std::map<std::filesystem::path, UnfinishedSearch> unfinished;
    std::vector<std::string> problems; // a message for each result that cannot be read
};
StoredSearches readSearches(const std::filesystem::path& folder);

// Error (CannotWrite).
void writeSearch(const GridResult& result, const std::filesystem::path& folder);

// Milliseconds.
UnfinishedSearch unfinishedSearch(const std::filesystem::path& checkpoint);
// How much of a search with these settings is computed. [0, 1]; 0: it is of another identity, and
// the search begins anew.
double shareDone(const UnfinishedSearch& unfinished, const GridSettings& settings,
                 const Json& identity);

// Whether a result takes the place of one of the same grid (null: there is none). A stopped search
// replaces no completed one, nor one that knows more; what it knows is in its checkpoint.
bool isWorthKeeping(const GridResult& result, const GridResult* before);

// Which result says most: a completed one rather than a stopped one, and of these the one of the
// larger grid. The end of the map if it is empty.
GridResults::const_iterator mostInformative(const GridResults& results);

} // namespace earshot
