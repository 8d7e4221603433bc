// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/models.h"

#include <QString>

#include <filesystem>

namespace earshot {

// earshot --render: draws a result.earshot as the window's "Export figure" does; PNG, SVG or PDF by
// the ending. Percentiles come from the classifier that is named, or the shipped one, if it is the
// one that the result was made with; the spectrograms of a compact result from the generator. Also
// the paper's Figures 2 and 3, from figure2.csv and figure3.csv of `earshot-cli reproduce`. Errors:
// BadInput for the file, the models or the ending, CannotWrite.
void renderResult(const std::filesystem::path& result, const QString& figure,
                  const ModelRequest& models = {});

} // namespace earshot
