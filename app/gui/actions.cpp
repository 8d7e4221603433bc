// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/actions.h"

#include "ui/plot/colour_scale.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QUndoStack>
#include <QWidget>

namespace earshot {

namespace {

// The name of the icon, for when the palette changes.
constexpr const char* iconProperty = "earshotIcon";

QString tr(const char* text)
{
    return QObject::tr(text);
}

} // namespace

QAction* Actions::add(const QString& text, const QString& shortcut, const QString& toolTip,
                      const QString& icon)
{
    auto* action = new QAction(text, m_window);
    if (!shortcut.isEmpty())
        action->setShortcut(QKeySequence(shortcut));
    const QString shown = action->shortcut().toString(QKeySequence::NativeText);
    action->setToolTip(shown.isEmpty() ? toolTip : QStringLiteral("%1 (%2)").arg(toolTip, shown));
    action->setStatusTip(toolTip);
    action->setProperty(iconProperty, icon);
    m_window->addAction(action);
    m_all += action;
    return action;
}

QAction* Actions::addToggle(const QString& text, const QString& shortcut, const QString& toolTip,
                            const QString& icon)
{
    QAction* action = add(text, shortcut, toolTip, icon);
    action->setCheckable(true);
    return action;
}

// An action that something else has made.
QAction* Actions::addMade(QAction* action, const QKeySequence& shortcut, const QString& toolTip)
{
    action->setShortcut(shortcut);
    action->setToolTip(toolTip);
    action->setStatusTip(toolTip);
    m_window->addAction(action);
    m_all += action;
    return action;
}

Actions::Actions(QWidget* window, QUndoStack& undoStack)
    : m_window(window)
{
    makeFile();
    makeEdit(undoStack);
    makeExplain();
    makeListen();
    makeView();
    makeHelp();
    updateIcons(window->palette());
}

void Actions::makeFile()
{
    openResult = add(tr("&Open result…"), "Ctrl+O", tr("Open a result.earshot as it was"), "open");
    openClassifier = add(tr("Load &classifier…"), "Ctrl+Shift+O",
                         tr("Load another classifier: the folder of its bundle"));
    openGenerator = add(tr("Load &generator…"), "Ctrl+Shift+G",
                        tr("Load another generator: the folder of its bundle"));
    shippedModels = add(tr("Load the &shipped models"), {}, tr("Go back to the shipped models"));
    saveResult = add(tr("&Save result as…"), "Ctrl+S",
                     tr("Save this explanation as a file that opens again as it is"));
    indexFolder = add(tr("Index a folder of &music…"), "Ctrl+I",
                      tr("Run the classifier over music of your own, to find what excites each "
                         "unit there and to compare explanations with it"));
    openIndex = add(tr("Open an i&ndex…"), "Ctrl+Shift+I",
                    tr("Use an index of music that earshot-cli has made"));
    updateIndex = add(tr("&Bring the index up to date"), "F5",
                      tr("Index files that are new or have changed, forget those that are gone, "
                         "and go on where indexing was stopped"));
    stopIndexing = add(tr("Stop inde&xing"), "Shift+Escape",
                       tr("Stop indexing, and keep the songs that are finished"), "stop");
    exportSound = add(tr("Export sound…"), "Ctrl+E",
                      tr("Save the sound of the cell that is heard as a WAV file"), "export");
    exportPicture = add(tr("Export picture…"), "Ctrl+Shift+E",
                        tr("Save the spectrogram of the cell that is heard, with its axes, models "
                           "and settings: PNG, SVG or PDF"));
    exportFigure = add(tr("Export figure…"), "Ctrl+P",
                       tr("Save negative, start and positive explanations side by side: PNG, SVG "
                          "or PDF"));
    exportCurves = add(tr("Export curves…"), {}, tr("Save every step's numbers as a CSV file"));
    quit = add(tr("&Quit"), "Ctrl+Q", tr("Quit"));
    quit->setMenuRole(QAction::QuitRole);
}

void Actions::makeEdit(QUndoStack& undoStack)
{
    undo = addMade(undoStack.createUndoAction(m_window, tr("&Undo")), QKeySequence::Undo,
                   tr("Take back the last change of the settings"));
    redo = addMade(undoStack.createRedoAction(m_window, tr("&Redo")), QKeySequence::Redo,
                   tr("Change the settings again"));
    editResponse = add(tr("Edit &response"), "Ctrl+L", tr("Type what is to be explained"));
    findUnit = add(tr("&Find unit"), "Ctrl+F", tr("Filter the units of the network"), "search");
    copyCommand = add(tr("&Copy as command line"), "Ctrl+Shift+C",
                      tr("Copy the earshot-cli call that repeats this explanation"), "copy");
}

void Actions::makeExplain()
{
    explain =
        add(tr("&Explain"), "E", tr("Push the response up and down from random starts"), "explain");
    // From within a field too, where letters are text.
    explain->setShortcuts({QKeySequence("E"), QKeySequence("Ctrl+Return")});
    stop = add(tr("&Stop"), "Escape", tr("Stop, and keep what is finished"), "stop");
    searchQuick = add(tr("&Choose settings"), "G",
                      tr("Search for the learning rate, prior weight and step whose explanations "
                         "respond most as real music does"),
                      "grid");
    searchFull = add(tr("&Full search"), "Shift+G",
                     tr("Search all 27 settings of the paper, with 50 examples each"));
    searchNegative = addToggle(tr("Search the negative direction"), "N",
                               tr("Show and search settings for the negative explanation, or for "
                                  "the positive one"));
    searchOther = add(tr("Shown: quick"), "V",
                      tr("Show what the quick search found under Grid, or what the full one did"));
    adopt = add(tr("&Use the selected setting"), "U",
                tr("Make the setting that is selected under Grid the recommended one for this "
                   "unit, from now on"));
    compareMusic = addToggle(tr("Compare with my music"), "I",
                             tr("Compare responses and explanations with the music that was "
                                "indexed, or with the music that the classifier was trained on"));
    previousExample = add(tr("Previous example"), "Ctrl+Left", tr("Look at the example before"));
    nextExample = add(tr("Next example"), "Ctrl+Right", tr("Look at the next example"));
    less = add(tr("Less"), "[", tr("Turn the dial one stored step towards less"));
    more = add(tr("More"), "]", tr("Turn the dial one stored step towards more"));
    toStart = add(tr("To the start"), "0", tr("Turn the dial to the start"));
}

void Actions::makeListen()
{
    play = add(tr("&Play or pause"), "Space", tr("Play or pause"), "play");
    loop = addToggle(tr("&Loop"), "L", tr("Play again and again"), "loop");
    cellNegative = add(tr("Negative explanation"), "A", tr("Hear the negative explanation"));
    cellStart = add(tr("Start"), "B", tr("Hear the start"));
    cellPositive = add(tr("Positive explanation"), "C", tr("Hear the positive explanation"));
    cellReal = add(tr("Real excerpt"), "D", tr("Hear the real excerpt"));
    nextReal = add(tr("Next real excerpt"), "R", tr("Go to the next real excerpt"));
    previousReal = add(tr("Previous real excerpt"), "Shift+R", tr("Go to the real excerpt before"));
    realSide = addToggle(tr("Real excerpts with the lowest response"), "Shift+D",
                         tr("Show real excerpts with the lowest response, or with the highest"));
    original = addToggle(tr("&Original recording"), "O",
                         tr("Hear real excerpts as they were recorded, instead of through the "
                            "same resynthesis as the explanations"),
                         "original");
    matching = addToggle(tr("&Match levels"), "M",
                         tr("Play everything equally loud: −20 dBFS RMS, peak at most −1 dBFS"));
    playNegatives = add(tr("Play all negative explanations"), "Shift+A",
                        tr("Play the negative explanations one after another"));
    playPositives = add(tr("Play all positive explanations"), "Shift+C",
                        tr("Play the positive explanations one after another"));
    playSong =
        add(tr("Play the &song"), "S",
            tr("Play the song that is shown under Song from the chosen excerpt, or pause"), "play");
}

void Actions::makeView()
{
    change =
        addToggle(tr("Show &change"), "X", tr("Show how the explanations differ from their start"));
    fitColours = addToggle(tr("&Fit colours to the cells"), "F",
                           tr("Spread the colours over what is seen, instead of over all music"));
    colourMaps = new QActionGroup(m_window);
    for (const ColourMap map : allColourMaps) {
        QAction* action = addToggle(colourMapName(map), {}, tr("Colours of the spectrograms"));
        action->setData(static_cast<int>(map));
        colourMaps->addAction(action);
    }
    themes = new QActionGroup(m_window);
    for (const auto& [theme, text] :
         {std::pair(Theme::System, tr("As the system")), std::pair(Theme::Light, tr("Light")),
          std::pair(Theme::Dark, tr("Dark"))}) {
        QAction* action = addToggle(text, {}, tr("Colours of the window"));
        action->setData(static_cast<int>(theme));
        themes->addAction(action);
    }
    settingsPanel = addToggle(tr("Se&ttings"), "Ctrl+T", tr("Show the settings"), "settings");
    fullScreen = addToggle(tr("F&ull screen"), "F11", tr("Use the whole screen"));
}

void Actions::makeHelp()
{
    help = add(tr("&How it works"), "F1", tr("The method on one page"), "help");
    keys = add(tr("&Keys"), "F2", tr("Every shortcut"));
    about = add(tr("&About Earshot"), {}, tr("Licences, and whose music is heard"));
    about->setMenuRole(QAction::AboutRole);
}

void Actions::updateIcons(const QPalette& palette)
{
    for (QAction* action : m_all)
        if (const QString name = action->property(iconProperty).toString(); !name.isEmpty())
            action->setIcon(icon(name, palette));
}

} // namespace earshot
