// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/main_window.h"
#include "app/gui/session.h"
#include "tests/app/gui/tiny_world.h"
#include "tests/audio/sound_card.h"
#include "ui/panels/settings_panel.h"

#include <QAction>
#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QSettings>
#include <QSpinBox>
#include <QTest>
#include <QUrl>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace earshot {

// A test of the whole window, on tiny models, without a sound device, in a home of its own.
class WindowTest : public QObject
{
public:
    static const OwnHome& home()
    {
        static const OwnHome folder;
        return folder;
    }
    static void initMain()
    {
        home();
        useSoundDevicesOf("alsa_empty.conf");
    }

protected:
    // Nothing is kept of earlier windows, and explanations take a moment.
    void forgetEverything() const
    {
        std::filesystem::remove_all(home().results().parent_path());
        QSettings().clear();
        Preferences preferences = loadPreferences();
        preferences.settings = tinySettings();
        savePreferences(preferences);
    }
    // what: a result or a folder of music; empty: none. Its models are loaded when this is back.
    void open(const std::filesystem::path& what = {})
    {
        m_window = std::make_unique<MainWindow>(StartOptions{m_world.request(), {}, what, {}});
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTRY_VERIFY_WITH_TIMEOUT(session().models(), patience);
    }
    // Dropped files go the way of the platform: enter, then drop.
    void drop(const QStringList& paths)
    {
        QList<QUrl> urls;
        for (const QString& path : paths)
            urls += QUrl::fromLocalFile(path);
        QMimeData data;
        data.setUrls(urls);
        QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &event);
    }

    template <typename Child>
    Child* find() const
    {
        return m_window->findChild<Child*>();
    }
    Session& session() const { return *find<Session>(); }
    // The first whose text begins so.
    QAction* action(const QString& text) const
    {
        for (QAction* one : m_window->findChildren<QAction*>())
            if (one->text().startsWith(text))
                return one;
        qFatal("no action %s", qPrintable(text));
    }
    // A field of the settings, which are unfolded for it.
    QSpinBox* settingsField(const QString& name) const
    {
        auto* panel = find<SettingsPanel>();
        panel->setExpanded(true);
        for (QSpinBox* box : panel->findChildren<QSpinBox*>())
            if (box->accessibleName() == name)
                return box;
        qFatal("no field %s", qPrintable(name));
    }
    // Whether a label of the widget holds the text.
    static bool isShown(const QWidget& widget, const QString& text)
    {
        return std::ranges::any_of(widget.findChildren<QLabel*>(), [&](const QLabel* label) {
            return !label->isHidden() && label->text().contains(text);
        });
    }

    TinyWorld m_world;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace earshot
