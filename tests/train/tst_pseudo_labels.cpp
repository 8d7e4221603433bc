// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/model_bundle.h"
#include "core/nets/residual_net.h"
#include "core/nets/svdnet.h"
#include "core/train/classifier_trainer.h"
#include "core/train/pseudo_labels.h"
#include "core/util/error.h"
#include "tests/support/failure.h"
#include "tests/train/toy_music.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace earshot;

class TestPseudoLabels : public QObject
{
    Q_OBJECT

    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    // Answers everything with one logit.
    std::filesystem::path teacher(const char* name, double logit,
                                  const char* label = "singing voice") const
    {
        Weights weights = SvdNet::initialWeights(1);
        weights.at("fc9.weight").zero_();
        weights.at("fc9.bias").fill_(logit);
        return bundle(name, "svdnet", std::move(weights), label);
    }
    std::filesystem::path bundle(const char* name, const char* architecture, Weights weights,
                                 const char* label) const
    {
        weights.add("input.mean", weights.entries().front().second.new_zeros({80}));
        weights.add("input.std", weights.entries().front().second.new_ones({80}));
        BundleInfo info;
        info.folder = path(name);
        info.kind = "classifier";
        info.architecture = architecture;
        info.label = label;
        info.manifest = Json::object();
        writeBundle(info, weights);
        return info.folder;
    }
    // Songs to train and validate with, then two without labels.
    PackedData music(const char* name) const
    {
        TrainingPack pack = toyMusic();
        for (const char* split : {"train", "test"})
            pack.entries.push_back(
                {"unlabelled", split, 200, [](std::size_t) { return -1; },
                 [](std::size_t frame, std::size_t bin) { return toySpectrum(frame, bin, true); }});
        return PackedData(pack.write(path(name)));
    }

    QTemporaryDir m_folder;
    Device m_device;

private Q_SLOTS:
    void initTestCase()
    {
        m_device = initialiseTorch(DeviceChoice::Cpu, 1);
        prepareWorkerThread();
    }

    // sigmoid(2.2) = 0.9002, sigmoid(2.19) = 0.8993; the mean of sigmoid(±5) is ½.
    void surenessDecides_data()
    {
        QTest::addColumn<QList<double>>("logits");
        QTest::addColumn<int>("label");
        QTest::newRow("sure that it is") << QList<double>{2.2} << 1;
        QTest::newRow("not quite sure") << QList<double>{2.19} << -1;
        QTest::newRow("sure that it is not") << QList<double>{-2.2} << 0;
        QTest::newRow("not quite sure either") << QList<double>{-2.19} << -1;
        QTest::newRow("two agree") << QList<double>{2, 5} << 1; // 0.937
        QTest::newRow("two contradict each other") << QList<double>{5, -5} << -1;
        // (0.9997 + 0.9997 + 0.119) / 3 = 0.706: a mean, and no majority.
        QTest::newRow("one of three doubts") << QList<double>{8, 8, -2} << -1;
    }
    void surenessDecides()
    {
        QFETCH(const QList<double>, logits);
        QFETCH(const int, label);
        const PackedData data = music("music");
        Teachers teachers;
        for (const double logit : logits)
            teachers.bundles.push_back(
                teacher(qPrintable(QString("teacher %1").arg(logit)), logit));
        const PseudoLabels result = pseudoLabels(data, teachers, m_device, {}, {});
        QCOMPARE(result.teachers.size(), teachers.bundles.size());
        QCOMPARE(result.teachers.front(), loadClassifier(teachers.bundles.front()).info.sha256);
        // Of the training split alone; 200 frames hold the centres 57 … 142 of whole excerpts.
        QCOMPARE(result.labels.size(), std::size_t{1});
        const std::vector<FrameLabel>& labels = result.labels.at(2);
        QCOMPARE(labels.size(), std::size_t{200});
        for (std::size_t frame = 0; frame < labels.size(); ++frame)
            QCOMPARE(static_cast<int>(labels[frame]), frame < 57 || frame > 142 ? -1 : label);
    }

    void theyAreDrawnFrom()
    {
        const PackedData data = music("drawn");
        Teachers teachers;
        teachers.bundles.push_back(teacher("sure", 4));
        const ExcerptSampler sampler(data, Split::Train, {},
                                     pseudoLabels(data, teachers, m_device, {}, {}).labels);
        const ExcerptSampler without(data, Split::Train, {});
        QCOMPARE(sampler.frames(FrameLabel::Positive),
                 without.frames(FrameLabel::Positive) + 86); // 57 … 142
        QCOMPARE(sampler.frames(FrameLabel::Negative), without.frames(FrameLabel::Negative));
        // Of 0.5 for songs and 0.25 for unlabelled music, the weights of what there is, a third.
        int taught = 0;
        for (std::uint32_t i = 0; i < 600; i += 2) {
            QCOMPARE(without.draw(1, 0, i).recording, std::size_t{0});
            taught += sampler.draw(1, 0, i).recording == 2 ? 1 : 0;
        }
        QVERIFY2(taught > 70 && taught < 130, qPrintable(QString::number(taught)));
    }

    void aTrainingNamesItsTeachers()
    {
        const PackedData data = music("trained");
        TrainingSettings settings;
        settings.output = path("student");
        settings.steps = 1;
        settings.teachers = {teacher("first", 4), teacher("second", 5)};
        trainClassifier(data, settings, m_device, {}, {});
        const Json training =
            loadClassifier(settings.output).info.manifest.at("training").at("teachers");
        QCOMPARE(training.size(), std::size_t{2});
        QCOMPARE(training.at(1).text(), loadClassifier(path("second")).info.sha256);

        // They are listened to: without them the same step teaches otherwise.
        TrainingSettings untaught = settings;
        untaught.output = path("untaught");
        untaught.teachers.clear();
        trainClassifier(data, untaught, m_device, {}, {});
        QVERIFY(loadClassifier(untaught.output).info.sha256 !=
                loadClassifier(settings.output).info.sha256);

        settings.start = TrainingStart::Resume;
        settings.steps = 2;
        QCOMPARE(trainClassifier(data, settings, m_device, {}, {}).steps, std::int64_t{2});
        settings.teachers.pop_back();
        const QString failure =
            badInputOf([&] { trainClassifier(data, settings, m_device, {}, {}); });
        QVERIFY2(failure.contains("other teachers"), qPrintable(failure));
    }

    void badTeachersAreRefused()
    {
        const PackedData data = music("refusing");
        const auto failure = [&](const std::filesystem::path& folder) {
            Teachers teachers;
            teachers.bundles.push_back(folder);
            return badInputOf([&] { pseudoLabels(data, teachers, m_device, {}, {}); });
        };
        QVERIFY(failure(path("nowhere")).contains("nowhere"));
        QVERIFY(failure(teacher("guitarist", 1, "guitar"))
                    .contains("another question: expected 'singing voice'"));
        QVERIFY(failure(bundle("residual", "residual-net", ResidualNet::initialWeights(1),
                               "singing voice"))
                    .contains("expected architecture svdnet, found residual-net"));

        const PackedData labelled(toyMusic().write(path("labelled")));
        Teachers teachers;
        teachers.bundles.push_back(teacher("idle", 1));
        QVERIFY(badInputOf([&] {
                    pseudoLabels(labelled, teachers, m_device, {}, {});
                }).contains("nothing for teachers to label"));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(Error,
                                 pseudoLabels(data, teachers, m_device, stop.get_token(), {}));
    }
};

QTEST_GUILESS_MAIN(TestPseudoLabels)
#include "tst_pseudo_labels.moc"
