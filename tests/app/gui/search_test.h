// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/session.h"
#include "app/gui/settings_search.h"
#include "core/explain/grid_identity.h"
#include "tests/app/gui/tiny_world.h"
#include "tests/support/files.h"

#include <QTest>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace earshot {

// Two pairs, two starts, two steps.
inline GridSettings tinyGrid(Direction direction = Direction::Positive)
{
    GridSettings settings;
    settings.direction = direction;
    settings.learningRates = {0.05, 0.01};
    settings.priorWeights = {0.001};
    settings.steps = {1, 2};
    settings.examples = 2;
    settings.freshExamples = 0;
    return settings;
}

// For test classes: a session of tiny models that shows fc9[0], and its searches, in a folder of
// the test function's own.
class SearchTest : public QObject
{
protected:
    void open()
    {
        m_failures.clear();
        m_session = std::make_unique<Session>(m_results->path("results"));
        m_search = std::make_unique<SettingsSearch>(*m_session, m_results->path("searches"));
        connect(m_session.get(), &Session::failed, this,
                [this](const QString& what) { m_failures += what; });
        connect(m_search.get(), &SettingsSearch::failed, this,
                [this](const QString& what) { m_failures += what; });
        m_session->load(m_world.request());
        QVERIFY(QTest::qWaitFor([this] { return m_session->models() != nullptr; }, patience));
    }
    void close()
    {
        m_search.reset();
        m_session.reset();
    }

    bool finishes() const
    {
        return QTest::qWaitFor([this] { return !m_search->run(); }, patience);
    }
    bool isUnderWay() const
    {
        const auto progress = m_search->progress();
        return progress && progress->fraction > 0;
    }
    std::vector<std::filesystem::path> filesNamed(const char* name) const
    {
        std::vector<std::filesystem::path> files;
        std::error_code error;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(m_results->path("searches"), error))
            if (entry.path().filename() == name)
                files.push_back(entry.path());
        return files;
    }
    std::vector<std::filesystem::path> gridFiles() const { return filesNamed("grid.earshot"); }
    // Where the searches for what is shown are kept.
    std::filesystem::path gridFolder() const
    {
        const std::filesystem::path key = ResultStore::key(m_session->hashes(), "fc9[0]", {});
        return m_results->path("searches") / key.parent_path() / key.stem() / "positive";
    }
    // Of a search for what is shown, by this version.
    Json identityNow(const GridSettings& settings) const
    {
        return gridIdentity(*m_session->models()->explainer, "fc9[0]", settings,
                            realSide(*m_session->realResponses(), settings.direction));
    }

    TinyWorld m_world;
    std::optional<TestFolder> m_results;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<SettingsSearch> m_search;
    QStringList m_failures;
};

} // namespace earshot
