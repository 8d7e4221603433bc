// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models.h"
#include "app/gui/problem_text.h"
#include "core/audio/audio_file.h"
#include "core/corpus/index_parts.h"
#include "core/explain/explanation.h"
#include "core/explain/grid_trajectories.h"
#include "core/io/safetensors.h"
#include "core/util/atomic_file.h"
#include "tests/app/gui/tiny_world.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <filesystem>
#include <functional>

using namespace earshot;

// The engine's own messages, of files that are wrong as users' files are.
class TestProblemText : public QObject
{
    Q_OBJECT

    using Call = std::function<void()>;

public:
    static void initMain()
    {
        static const OwnHome home; // without shipped models
    }

private Q_SLOTS:
    void summariesSayWhatToDo_data()
    {
        QTest::addColumn<Call>("call");
        QTest::addColumn<QString>("begin");
        const auto row = [](const char* name, Call call, const char* begin) {
            QTest::newRow(name) << std::move(call) << QString(begin);
        };
        const std::filesystem::path weights = m_world.request().generator / "weights.safetensors";
        for (const qint64 bytes : {qint64(0), qint64(5), qint64(200), qint64(1000000)}) {
            const QString copy = m_files.name(QString("cut%1.safetensors").arg(bytes));
            QFile::copy(QString::fromStdString(weights.string()), copy);
            QFile::resize(copy, bytes);
            row(
                qPrintable(QString("cut after %1 bytes").arg(bytes)),
                [copy] { const SafetensorsFile file(copy.toStdString()); },
                "The file is incomplete or damaged: ");
        }
        m_files.write("text.earshot", "text");
        m_files.write("noise.wav", "noise");
        QDir(m_files.name(".")).mkpath("bundle");
        m_files.write("bundle/model.json", "{\"kind\": \"classifier\"}");
        row(
            "no result", [this] { readExplanation(m_files.path("text.earshot")); },
            "This is no result of Earshot");
        row(
            "not a result, but tensors",
            [this, weights] {
                std::filesystem::copy_file(weights, m_files.path("weights.earshot"));
                readExplanation(m_files.path("weights.earshot"));
            },
            "This is no result of Earshot");
        row(
            "kept result",
            [this] {
                QDir(m_files.name(".")).mkpath("results/0123456789abcdef");
                const QString kept = "results/0123456789abcdef/fc9[0]~0123456789abcdef.earshot";
                m_files.write(kept, "text");
                readExplanation(m_files.path(kept));
            },
            "An explanation that was kept is damaged, and is not used: Explain (E)");
        row(
            "gone", [this] { readExplanation(m_files.path("gone.earshot")); },
            "The file is not there: ");
        row(
            "no sound", [this] { readAudioFile(m_files.path("noise.wav")); }, "The sound file ");
        row(
            "below a file",
            [this] { writeFileAtomically(m_files.path("text.earshot/x.csv"), "x"); },
            "The file could not be saved: ");
        row(
            "a full disk, once something is kept",
            [this] {
                m_files.write("kept", "a checkpoint");
                try {
                    writeFileAtomically(m_files.path("text.earshot/x.csv"), "x");
                } catch (const Error& error) {
                    throw withCheckpoint(error, m_files.path("kept"));
                }
            },
            "The disk is full, or cannot be written to: make room on it. What is finished is "
            "kept: ");
        row(
            "a full disk, before a search has kept anything",
            [this] {
                writeFileAtomically(m_files.path("text.earshot/unfinished-9x8x100.earshot"), "x");
            },
            "The disk is full, or cannot be written to: make room on it, and search again ");
        row(
            "an index on a full disk", [this] { addPartOnFullDisk(); },
            "The disk is full, or cannot be written to: make room on it. What is finished is "
            "kept: ");
        row(
            "no folder", [this] { load(m_files.path("nowhere"), m_world.request().generator); },
            "There is no model in this folder: ");
        row(
            "no model", [this] { load(m_files.path("."), m_world.request().generator); },
            "There is no model in this folder: ");
        row(
            "half a description",
            [this] { load(m_files.path("bundle"), m_world.request().generator); },
            "This model cannot be used: ");
        row(
            "no classifier",
            [this] { load(m_world.request().generator, m_world.request().generator); },
            "This is a generator, and a classifier is needed: ");
        row(
            "no generator",
            [this] { load(m_world.request().classifier, m_world.request().classifier); },
            "This is a classifier, and a generator is needed: ");
        row(
            "none shipped", [] { load({}, {}); }, "The models that come with Earshot ");
        row(
            "no generator beside it", [this] { load(m_world.request().classifier, {}); },
            "The classifier is chosen. A generator is needed too");
        row(
            "no classifier beside it", [this] { load({}, m_world.request().generator); },
            "The generator is chosen. A classifier is needed too");
        row(
            "other weights",
            [this] {
                const std::filesystem::path folder = m_files.path("other");
                std::filesystem::copy(m_world.request().classifier, folder);
                m_files.write("other/weights.safetensors", "others");
                load(folder, m_world.request().generator);
            },
            "The files of this model do not belong together");
    }
    void summariesSayWhatToDo()
    {
        QFETCH(Call, call);
        QFETCH(QString, begin);
        const QString what = failureOf(call).section(": ", 1);
        const ProblemText text = problemText(what);
        QVERIFY2(text.summary.startsWith(begin), qPrintable(text.summary + " <- " + what));
        QVERIFY(text.summary.endsWith('.'));
        QCOMPARE(text.details, what);
    }

    // What the engine says is all there is to say.
    void othersStayAsTheyAre()
    {
        const ProblemText text = problemText("'fc10[0]': names an unknown layer");
        QCOMPARE(text.summary, QString("'fc10[0]': names an unknown layer"));
        QVERIFY(text.details.isEmpty());
    }

private:
    void addPartOnFullDisk() const
    {
        IndexContents contents;
        contents.references = {"fc9[0]"};
        IndexParts parts(m_files.path("music.index"), contents);
        IndexedSong song;
        song.name = "song.wav";
        song.excerpts = 1;
        const FullDisk full(100);
        parts.add(song, Matrix<float>(1, 1).view(), {false});
    }
    static void load(const std::filesystem::path& classifier,
                     const std::filesystem::path& generator)
    {
        ModelRequest request;
        request.classifier = classifier;
        request.generator = generator;
        request.device = DeviceChoice::Cpu;
        request.threads = 1;
        loadModels(request);
    }

    TinyWorld m_world;
    TestFolder m_files;
};

QTEST_GUILESS_MAIN(TestProblemText)
#include "tst_problem_text.moc"
