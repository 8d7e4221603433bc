// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explainer.h"
#include "core/explain/grid_result.h"

namespace earshot {

// What is needed to repeat a grid search, and what came of it beside its tables: the members of
// originRecord(), settings being gridSettingsJson's, and
//   end           "completed" or "stopped"
//   real          {source, excerpts, mean, variance, warnings}
//   best, chosen  one measurement each (measurementJson), null where none is known; the chosen one
//                 is the one to use
//   ties          the tied measurements
//   fresh         the chosen setting's measurement on starts that had no part in its choice;
//                 null where there is none
//   seconds       of work, in this run
Json gridRecord(const GridResult& result, const ModelDescription& classifier,
                const ModelDescription& generator, const Device& device);

// {learning_rate, prior_weight, steps, examples, mean, variance, frechet_distance, distance_low,
// distance_high, state, change_db}
Json measurementJson(const GridMeasurement& measurement);

// Of a search that was stopped early: its distance says little.
bool restsOnTooFew(const GridMeasurement& measurement, const GridSettings& settings);

// GridMeasurement::change in decibels.
double changeDb(const GridMeasurement& measurement);

} // namespace earshot
