// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/adopted_settings.h"
#include "core/explain/settings.h"
#include "core/listen/real_examples.h"
#include "ui/values.h"

#include <QString>

namespace earshot {

class Session;
struct IndexRun;

// "fc9[0]  “vocal”"
QString headingOf(const Session& session);
// "svdnet 3fa2 · music-generator 81bc · recommended · 8 examples": whose pictures these are.
QString belongsToOf(const Session& session);
// The same in full, a line each: hashes, settings, device, versions, file.
QString provenanceOf(const Session& session);

// "recommended: learning rate 0.01, prior weight 0.001, 100 steps, seed 0". adopted: what searches
// have chosen for the response.
QString settingsText(const ExplainSettings& settings, const Adoptions& adopted = {});

// "negative", "start", "positive", "real"
QString cellName(Cell cell);
QString cellHelp(Cell cell);
// Artist, title, time, licence, source; a line each.
QString attributionOf(const RealExample& example);
// "1:02.5"
QString timeText(double seconds);
// "9 s", "4 min"
QString durationText(double seconds);

// "Indexing song 3 of 20 · 2 min left"
QString indexingText(const IndexRun& run);

// The earshot-cli call that repeats what is shown.
QString commandLineOf(const Session& session);

} // namespace earshot
