// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"

#include <QString>

#include <filesystem>
#include <string>
#include <vector>

namespace earshot {

// direction,step,frechet_distance,gradient_norm,mean,response_0,…: one row a step and direction;
// what is not known is nan. Atomically. Error: CannotWrite.
void writeCurves(const Explanation& explanation, const std::filesystem::path& path);

// "fc8_3_positive_01.wav": what an exported cell is proposed to be called. number: as the window
// counts, from 1.
std::string exportName(const std::string& response, const QString& cell, int number,
                       const std::string& ending);
// "fc8_3_curves.csv"
std::string exportName(const std::string& response, const std::string& ending);

// A path as a user typed it, with the ending of the name that was proposed where it has none of the
// filter's, "Figures (*.pdf *.svg)".
QString withEnding(const QString& path, const std::string& name, const QString& filter);

} // namespace earshot
