// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_builder.h"
#include "tests/corpus/index_example.h"
#include "tests/support/failure.h"

#include <QtTest>

#include <optional>

using namespace earshot;

namespace fs = std::filesystem;

// What an index and its finished parts survive.
class TestIndexKept : public QObject
{
    Q_OBJECT

    std::unique_ptr<Explainer> m_toy;
    std::optional<TestFolder> m_folder;
    std::optional<IndexedFolder> m_example;

    IndexSummary build(const IndexControl& control = {}) const
    {
        return buildIndex(m_example->music(), m_example->index(), *m_toy, control);
    }

private Q_SLOTS:
    void initTestCase() { m_toy = toyListener(); }
    void init()
    {
        m_folder.emplace();
        m_example.emplace(*m_folder);
        m_example->addSong("album/a.wav", 3, 1);
        m_example->addSong("b.wav", 2, 2);
        m_example->addSong("c.wav", 2, 3);
    }

    // JSON, and so the index, holds no such path.
    void pathsThatAreNoTextAreRefused()
    {
        const fs::path folder = m_folder->path("music").parent_path() / "caf\xe9";
        fs::rename(m_example->music(), folder);
        const QString failure = badInputOf([&] { buildIndex(folder, m_example->index(), *m_toy); });
        fs::rename(folder, m_example->music()); // QTemporaryDir could not remove it
        QVERIFY2(failure.contains("cannot be indexed: rename it") &&
                     failure.contains("expected a path in UTF-8"),
                 qPrintable(failure));
        QVERIFY(!fs::exists(m_example->index()));
    }
};

QTEST_APPLESS_MAIN(TestIndexKept)
#include "tst_index_kept.moc"
