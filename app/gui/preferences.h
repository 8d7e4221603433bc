// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/settings_search.h"
#include "core/explain/settings.h"
#include "ui/plot/colour_scale.h"
#include "ui/theme/theme.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace earshot {

// What is remembered from one start to the next. Nothing here decides a result but `settings`.
struct Preferences
{
    ExplainSettings settings;
    UpdateCost cost; // what the times on buttons are estimated from
    Theme theme = Theme::System;
    ColourMap colourMap = ColourMap::Magma;
    bool isLooping = true;
    bool isMatching = true;
    double volume = 0.8;
    QString outputDevice; // empty: the default
    QStringList recentResults;
    QString lastFolder;
    QString musicFolder; // whose index was open; or:
    QString musicIndex;  // a file of the user's own choice; both empty: none
    bool usesMusic = true;
    int unitOrder = 0;
    int bottomTab = 0;
    bool showsSettings = true;
    QByteArray geometry;
    QByteArray windowState;
    QByteArray columns; // of the splitters
    QByteArray rows;
};

// From the user's configuration; what is missing or unusable there is as above.
Preferences loadPreferences();
void savePreferences(const Preferences& preferences);

} // namespace earshot
