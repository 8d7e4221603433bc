// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/preferences.h"

#include "core/explain/explanation_record.h"
#include "core/util/error.h"

#include <QDir>
#include <QSettings>

#include <algorithm>

namespace earshot {

namespace {

constexpr const char* settingsKey = "explain/settings";
constexpr const char* cpuCostKey = "machine/cpuSecondsPerUpdate";
constexpr const char* gpuCostKey = "machine/gpuSecondsPerUpdate";
constexpr double highestCostSeconds = 10; // beyond, something else was measured

double costOf(const QSettings& stored, const char* key)
{
    const double seconds = stored.value(key).toDouble(); // 0 if it is no number
    return seconds > 0 && seconds <= highestCostSeconds ? seconds : 0;
}

} // namespace

Preferences loadPreferences()
{
    const QSettings stored;
    Preferences result;
    result.settings = presetSettings(Preset::Recommended);
    try {
        const std::string text = stored.value(settingsKey).toString().toStdString();
        if (!text.empty()) {
            const ExplainSettings settings = settingsOf(Json::parse(text, settingsKey));
            checkSettings(settings);
            result.settings = settings;
        }
    } catch (const Error&) { // of another version: begin anew
    }
    result.cost = {costOf(stored, cpuCostKey), costOf(stored, gpuCostKey)};
    if (const int theme = stored.value("view/theme").toInt(); theme >= 0 && theme <= 2)
        result.theme = static_cast<Theme>(theme);
    result.colourMap =
        parseColourMap(stored.value("view/colours").toString()).value_or(result.colourMap);
    result.isLooping = stored.value("sound/loop", result.isLooping).toBool();
    result.isMatching = stored.value("sound/match", result.isMatching).toBool();
    bool isNumber = false;
    if (const double volume = stored.value("sound/volume").toDouble(&isNumber);
        isNumber && volume >= 0 && volume <= 1)
        result.volume = volume;
    result.outputDevice = stored.value("sound/device").toString();
    result.recentResults = stored.value("files/recent").toStringList();
    result.lastFolder = stored.value("files/folder").toString();
    if (result.lastFolder.isEmpty())
        result.lastFolder = QDir::homePath();
    result.musicFolder = stored.value("music/folder").toString();
    result.musicIndex = stored.value("music/index").toString();
    result.usesMusic = stored.value("music/used", result.usesMusic).toBool();
    result.unitOrder = stored.value("view/order", 0).toInt();
    result.bottomTab = stored.value("view/tab", 0).toInt();
    result.showsSettings = stored.value("view/settings", result.showsSettings).toBool();
    result.geometry = stored.value("window/geometry").toByteArray();
    result.windowState = stored.value("window/state").toByteArray();
    result.columns = stored.value("window/columns").toByteArray();
    result.rows = stored.value("window/rows").toByteArray();
    return result;
}

void savePreferences(const Preferences& preferences)
{
    QSettings stored;
    stored.setValue(settingsKey,
                    QString::fromStdString(settingsJson(preferences.settings).dump(-1)));
    stored.setValue(cpuCostKey, preferences.cost.cpuSeconds);
    stored.setValue(gpuCostKey, preferences.cost.gpuSeconds);
    stored.setValue("view/theme", static_cast<int>(preferences.theme));
    stored.setValue("view/colours", colourMapName(preferences.colourMap));
    stored.setValue("sound/loop", preferences.isLooping);
    stored.setValue("sound/match", preferences.isMatching);
    stored.setValue("sound/volume", preferences.volume);
    stored.setValue("sound/device", preferences.outputDevice);
    stored.setValue("files/recent", preferences.recentResults);
    stored.setValue("files/folder", preferences.lastFolder);
    stored.setValue("music/folder", preferences.musicFolder);
    stored.setValue("music/index", preferences.musicIndex);
    stored.setValue("music/used", preferences.usesMusic);
    stored.setValue("view/order", preferences.unitOrder);
    stored.setValue("view/tab", preferences.bottomTab);
    stored.setValue("view/settings", preferences.showsSettings);
    stored.setValue("window/geometry", preferences.geometry);
    stored.setValue("window/state", preferences.windowState);
    stored.setValue("window/columns", preferences.columns);
    stored.setValue("window/rows", preferences.rows);
}

} // namespace earshot
