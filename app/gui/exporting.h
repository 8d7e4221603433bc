// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"

#include <filesystem>
#include <string>
#include <vector>

class QString;
class QWidget;

namespace earshot {

// direction,step,frechet_distance,gradient_norm,mean,response_0,…: one row a step and direction;
// what is not known is nan. Atomically. Error: CannotWrite.
void writeCurves(const Explanation& explanation, const std::filesystem::path& path);

// The widget at twice its size, PNG. Error: CannotWrite.
void writePicture(QWidget& widget, const std::filesystem::path& path);

// "fc8_3_positive_01.wav": what an exported cell is proposed to be called. number: as the window
// counts, from 1.
std::string exportName(const std::string& response, const QString& cell, int number,
                       const std::string& ending);
// "fc8_3_curves.csv"
std::string exportName(const std::string& response, const std::string& ending);

} // namespace earshot
