// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"
#include "app/gui/session.h"
#include "core/util/random.h"
#include "tests/app/gui/own_songs.h"
#include "tests/app/gui/tiny_world.h"
#include "tests/audio/sound_card.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QTest>
#include <QTimer>
#include <QUrl>

#include <memory>

using namespace earshot;

// Whatever a user does, in whatever order: nothing crashes, hangs, leaks or races. The sanitizers
// look on.
class TestRandomEvents : public QObject
{
    Q_OBJECT

    static constexpr int events = 2000;
    static constexpr std::uint64_t seed = 1;
    static constexpr int closeMilliseconds = 20;

    std::uint32_t below(std::uint32_t count) { return m_random->index(count); }

    void open()
    {
        m_window = std::make_unique<MainWindow>(StartOptions{m_world->request(), {}, {}});
        m_window->findChild<Session*>()->setSettings(tinySettings());
        m_window->show();
    }

    QPoint anywhere(const QWidget& widget)
    {
        return {static_cast<int>(below(static_cast<std::uint32_t>(std::max(1, widget.width())))),
                static_cast<int>(below(static_cast<std::uint32_t>(std::max(1, widget.height()))))};
    }

    // The topmost widget at a random place of the window.
    QWidget* someWidget()
    {
        QWidget* child = m_window->childAt(anywhere(*m_window));
        return child != nullptr ? child : m_window.get();
    }

    void click()
    {
        QWidget* widget = someWidget();
        const auto button = below(8) == 0 ? Qt::MiddleButton : Qt::LeftButton;
        if (below(4) == 0)
            QTest::mouseDClick(widget, button, {}, anywhere(*widget));
        else
            QTest::mouseClick(widget, button, {}, anywhere(*widget));
    }
    void drag()
    {
        // Along the dial, the waveform, a scroll bar: no drag out of the window, which would wait.
        QWidget* widget = m_window->findChild<QWidget*>(QStringLiteral("dial"));
        if (widget == nullptr)
            widget = someWidget();
        QTest::mousePress(widget, Qt::LeftButton, {}, anywhere(*widget));
        QTest::mouseRelease(widget, Qt::LeftButton, {}, anywhere(*widget));
    }
    void press()
    {
        static constexpr int keys[] = {Qt::Key_A,     Qt::Key_B,      Qt::Key_C,      Qt::Key_D,
                                       Qt::Key_E,     Qt::Key_L,      Qt::Key_M,      Qt::Key_O,
                                       Qt::Key_R,     Qt::Key_X,      Qt::Key_F,      Qt::Key_0,
                                       Qt::Key_Up,    Qt::Key_Down,   Qt::Key_Left,   Qt::Key_Right,
                                       Qt::Key_Space, Qt::Key_Return, Qt::Key_Tab,    Qt::Key_Home,
                                       Qt::Key_End,   Qt::Key_PageUp, Qt::Key_Escape, Qt::Key_Minus,
                                       Qt::Key_Plus,  Qt::Key_Delete};
        QWidget* widget = QApplication::focusWidget();
        if (widget == nullptr)
            widget = m_window.get();
        const auto modifiers = below(6) == 0 ? Qt::ShiftModifier : Qt::NoModifier;
        QTest::keyClick(widget, static_cast<Qt::Key>(keys[below(std::size(keys))]), modifiers);
    }
    // But for those that open a dialog of the system, which would wait for its user.
    void trigger()
    {
        const QList<QAction*> actions = m_window->actions();
        QAction* action =
            actions[static_cast<qsizetype>(below(static_cast<std::uint32_t>(actions.size())))];
        if (!action->text().endsWith(QStringLiteral("…")) &&
            action->menuRole() != QAction::QuitRole)
            action->trigger();
    }
    void drop()
    {
        const QString paths[] = {QStringLiteral("/nothing/here.earshot"),
                                 QStringLiteral(EARSHOT_SOURCE_DIR "/README.md"),
                                 QStringLiteral(EARSHOT_SOURCE_DIR "/tests"),
                                 QString::fromStdString(m_songs->folder().string()),
                                 QString::fromStdString(m_world->request().classifier.string())};
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(paths[below(std::size(paths))])});
        QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QDropEvent event(QPointF(100, 100), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &event);
    }
    void resize()
    {
        m_window->resize(960 + static_cast<int>(below(900)), 640 + static_cast<int>(below(400)));
    }
    void reopen()
    {
        m_window->close();
        open();
    }
    // Messages and menus that stand in the way; they run event loops of their own.
    static void closeOthers()
    {
        if (QWidget* popup = QApplication::activePopupWidget())
            popup->close();
        for (QWidget* widget : QApplication::topLevelWidgets())
            if (qobject_cast<QDialog*>(widget) != nullptr)
                widget->close();
    }

    std::unique_ptr<TinyWorld> m_world;
    std::unique_ptr<OwnSongs> m_songs;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<CounterRandom> m_random;

private Q_SLOTS:
    static void initMain() { static const OwnHome home; }

    void initTestCase()
    {
        useSoundDevicesOf("alsa_empty.conf");
        m_world = std::make_unique<TinyWorld>();
        m_songs = std::make_unique<OwnSongs>();
        m_random = std::make_unique<CounterRandom>(seed, 0);
    }
    void cleanupTestCase() { m_window.reset(); }

    void nothingBreaks()
    {
        open();
        auto* session = m_window->findChild<Session*>();
        QTRY_VERIFY_WITH_TIMEOUT(session->models() != nullptr, patience);
        QTimer closer;
        connect(&closer, &QTimer::timeout, this, &TestRandomEvents::closeOthers);
        closer.start(closeMilliseconds);
        for (int i = 0; i < events; ++i) {
            const std::uint32_t kind = below(100);
            if (kind < 40)
                click();
            else if (kind < 70)
                press();
            else if (kind < 80)
                trigger();
            else if (kind < 90)
                drag();
            else if (kind < 95)
                resize();
            else if (kind < 98)
                drop();
            else if (i % 4 == 0)
                reopen();
            QTest::qWait(1);
        }
        // It still does what it is for.
        m_window->close();
        open();
        session = m_window->findChild<Session*>();
        QTRY_VERIFY_WITH_TIMEOUT(session->models() != nullptr, patience);
        session->setSettings(tinySettings());
        session->show(QStringLiteral("fc8[1]"));
        session->explain(0);
        QTRY_VERIFY_WITH_TIMEOUT(!session->run() && session->explanation() &&
                                     session->explanation()->response == "fc8[1]",
                                 patience);
    }
};

QTEST_MAIN(TestRandomEvents)
#include "tst_random_events.moc"
