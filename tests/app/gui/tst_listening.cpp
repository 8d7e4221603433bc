// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/focus.h"
#include "app/gui/listening.h"
#include "app/gui/song_loader.h"
#include "core/listen/level_matching.h"
#include "tests/app/gui/tiny_world.h"
#include "tests/audio/sound_card.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <optional>

using namespace earshot;

namespace {

constexpr std::size_t soundLength = 6615; // 0.3 s
constexpr std::size_t gapLength = 3307;   // 0.15 s

std::vector<float> constant(float value)
{
    return std::vector<float>(soundLength, value);
}

// Lengths of what is heard and of the silences between, in turn. Shorter silences are none: sounds
// fade in, and resampling rings.
std::vector<std::size_t> stretchesOf(const std::vector<float>& samples)
{
    std::vector<std::size_t> lengths;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        std::size_t end = i;
        while (end < samples.size() && std::abs(samples[end]) < 2e-3F)
            ++end;
        if (end - i < 1000)
            continue;
        lengths.push_back(i - begin);
        lengths.push_back(end - i);
        begin = end;
        i = end;
    }
    lengths.push_back(samples.size() - begin);
    return lengths;
}

} // namespace

class TestListening : public QObject
{
    Q_OBJECT

public:
    static void initMain() { static const OwnHome home; }

private Q_SLOTS:
    void initTestCase()
    {
        const std::shared_ptr<const Models> models = loadModels(m_world.request());
        m_classifier = models->hashes().classifier;
        m_explanation = models->explainer->explain("fc9[0]", tinySettings());
        m_explanation.startHeard = {0, 0};
        for (auto& [direction, result] : m_explanation.directions)
            result.heard = {0, 0};
        ResultStore(m_results.path("results")).save(m_explanation);
    }

    void init()
    {
        useSoundDevicesOf("alsa_empty.conf");
        m_session.emplace(m_results.path("results"));
        m_sounds.emplace();
        m_gallery.emplace(*m_sounds);
        m_focus.emplace(*m_session, *m_sounds, *m_gallery);
        m_listening.emplace(*m_session, *m_focus, *m_sounds);
        m_sounds->setClassifier(m_classifier); // what is loaded below
        insert(m_explanation.startMels, 0, 0.125F);
        insert(m_explanation.directions.at(Direction::Positive).mels, 0, 0.5F);
        insert(m_explanation.directions.at(Direction::Positive).mels, 1, 0.25F);
        // The second negative one is still to be made.
        insert(m_explanation.directions.at(Direction::Negative).mels, 0, -0.5F);
        m_session->load(m_world.request());
        m_session->setSettings(tinySettings());
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
    }
    void cleanup()
    {
        m_listening.reset();
        m_focus.reset();
        m_gallery.reset();
        m_sounds.reset();
        m_session.reset();
    }

    void withoutADevice()
    {
        QSignalSpy problem(&*m_listening, &Listening::problemChanged);
        m_listening->openDevice({});
        QCOMPARE(problem.size(), 1);
        QCOMPARE(m_listening->problem(), QString("no sound device was found"));
        QVERIFY(m_listening->devices().empty());
        QSignalSpy message(&*m_listening, &Listening::message);
        m_listening->togglePlay();
        QCOMPARE(message.size(), 1);
        QCOMPARE(message[0][0].toString(), m_listening->problem());
        QVERIFY(!m_listening->isPlaying());
        // What does not need one goes on: choosing, and export of what is chosen.
        QCOMPARE(m_listening->cell(), Cell::Positive);
        QCOMPARE(m_listening->samples(), constant(0.5F));
        m_listening->setCell(Cell::Negative);
        QCOMPARE(m_listening->samples(), constant(-0.5F));
        QVERIFY(m_listening->isAvailable(Cell::Start));
        QVERIFY(!m_listening->isAvailable(Cell::Real));
        m_listening->setCell(Cell::Real);
        QVERIFY(m_listening->samples().empty());
    }

    void deviceIsOpenedSoon_data()
    {
        QTest::addColumn<std::string>("wanted");
        QTest::addColumn<std::string>("opened");
        QTest::newRow("this one") << std::string(otherDeviceId) << std::string(otherDeviceId);
        QTest::newRow("the default") << std::string() << std::string(captureDeviceId);
        QTest::newRow("unplugged") << std::string("ALSA: gone") << std::string(captureDeviceId);
    }
    void deviceIsOpenedSoon()
    {
        QFETCH(std::string, wanted);
        QFETCH(std::string, opened);
        const SoundCard card;
        QSignalSpy changed(&*m_listening, &Listening::changed);
        m_listening->openDeviceSoon(wanted);
        QVERIFY(m_listening->deviceId().empty());
        QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), patience);
        QCOMPARE(m_listening->deviceId(), opened);
        QCOMPARE(m_listening->problem(), QString());
        QCOMPARE(m_listening->devices().size(), std::size_t(2));
        m_listening.reset();
    }

    void playDoesNotWaitForSoon()
    {
        const SoundCard card;
        m_listening->openDeviceSoon(otherDeviceId);
        m_listening->play();
        QVERIFY(m_listening->isPlaying());
        QCOMPARE(m_listening->deviceId(), std::string(otherDeviceId));
        // Nor is it opened a second time.
        QSignalSpy changed(&*m_listening, &Listening::changed);
        QTest::qWait(100);
        QVERIFY(changed.isEmpty());
        QVERIFY(m_listening->isPlaying());
        m_listening.reset();
    }

    void goesWhileDevicesAreAsked()
    {
        m_listening->openDeviceSoon({});
        m_listening.reset();
        QTest::qWait(10); // what was posted finds nobody
    }

    // −20 dBFS of a constant 0.5 (−6.02 dBFS): its gain is −13.98 dB.
    void gainIsThatOfTheCell()
    {
        QVERIFY(std::abs(m_listening->gainDb() + 13.98) < 0.01);
        m_listening->setCell(Cell::Start);
        QVERIFY(std::abs(m_listening->gainDb() + 1.94) < 0.01);
    }

    void followsTheExample()
    {
        QSignalSpy changed(&*m_listening, &Listening::changed);
        m_focus->setExample(1);
        QCOMPARE(m_listening->samples(), constant(0.25F));
        QVERIFY(!changed.isEmpty());
        // Its picture is another; until its sound is made there is none.
        QVERIFY(!m_listening->isAvailable(Cell::Negative));
    }

    void rowWithASoundThatIsNotMade()
    {
        QSignalSpy message(&*m_listening, &Listening::message);
        m_listening->playRow(Cell::Negative);
        QCOMPARE(message.size(), 1);
        QCOMPARE(message.front().front().toString(), m_listening->problem()); // no device
        QVERIFY(!m_listening->isPlayingRow());
        // It is being made, first of all.
        const Matrix<float>& mels = m_explanation.directions.at(Direction::Negative).mels;
        QTRY_VERIFY_WITH_TIMEOUT(m_sounds->find("fc9[0]", mels.row(1)), patience);
        m_listening->playRow(Cell::Negative);
        QVERIFY(m_listening->isPlayingRow());
    }

    void rowIsComposed_data()
    {
        QTest::addColumn<bool>("isMatching");
        QTest::addColumn<float>("first");
        QTest::addColumn<float>("second");
        QTest::newRow("matched") << true << 0.1F << 0.1F;
        QTest::newRow("as they are") << false << 0.5F << 0.25F;
    }
    void rowIsComposed()
    {
        QFETCH(bool, isMatching);
        QFETCH(float, first);
        QFETCH(float, second);
        m_listening->setMatching(isMatching);
        m_listening->playRow(Cell::Positive);
        const std::vector<float>& row = m_listening->samples();
        QCOMPARE(row.size(), 2 * soundLength + gapLength);
        QVERIFY(std::abs(row.front() - first) < 1e-5F);
        QVERIFY(std::abs(row[soundLength - 1] - first) < 1e-5F);
        QCOMPARE(row[soundLength], 0.0F);
        QCOMPARE(row[soundLength + gapLength - 1], 0.0F);
        QVERIFY(std::abs(row[soundLength + gapLength] - second) < 1e-5F);
        QVERIFY(std::abs(row.back() - second) < 1e-5F);
    }

    // At the device's rate, 44.1 kHz: twice as many samples.
    void rowIsHeardOnce()
    {
        const SoundCard card;
        m_listening->openDevice(captureDeviceId);
        QCOMPARE(m_listening->problem(), QString());
        QCOMPARE(m_listening->devices().size(), std::size_t(2));
        m_listening->setVolume(1);
        m_listening->playRow(Cell::Positive);
        QVERIFY(m_listening->isPlaying());
        QTRY_VERIFY_WITH_TIMEOUT(!m_listening->isPlaying(), patience);
        QVERIFY(!m_listening->isPlayingRow());
        QCOMPARE(m_listening->samples(), constant(0.5F));
        m_listening.reset();
        const std::vector<float> heard = card.heardSound();
        const std::vector<std::size_t> lengths = stretchesOf(heard);
        QCOMPARE(lengths.size(), std::size_t(3));
        for (const auto& [index, expected] : {std::pair(0, 13230), {1, 6614}, {2, 13230}})
            QVERIFY2(std::abs(int(lengths[std::size_t(index)]) - expected) < 200,
                     qPrintable(QString::number(lengths[std::size_t(index)])));
        QVERIFY(std::abs(heard[6000] - 0.1F) < 1e-3F); // both at −20 dBFS
        QVERIFY(std::abs(heard[heard.size() - 6000] - 0.1F) < 1e-3F);
    }

    // From the middle to its end, once, in place of the cell; then a cell again.
    void songIsHeardFromAPlace()
    {
        const SoundCard card;
        m_listening->openDevice(captureDeviceId);
        QCOMPARE(m_listening->deviceRateHz(), captureRateHz);
        m_listening->setVolume(1);
        const auto song = std::make_shared<const PlayableSong>(songOf(0.75F, 0.6));
        m_listening->playSong(song, 40.2);
        QVERIFY(m_listening->isPlaying());
        QCOMPARE(m_listening->song(), song);
        QVERIFY(std::abs(m_listening->songSeconds() - 40.2) < 0.2); // in the file
        QCOMPARE(m_listening->samples(), song->outline);
        QCOMPARE(m_listening->samplesRateHz(), PlayableSong::outlineRateHz);
        QCOMPARE(m_listening->gainDb(), -6.0);
        QTRY_VERIFY_WITH_TIMEOUT(!m_listening->isPlaying(), patience);
        QCOMPARE(m_listening->song(), song); // Space plays it again
        m_listening->setCell(Cell::Positive);
        QVERIFY(!m_listening->song());
        QCOMPARE(m_listening->samples(), constant(0.5F));
        m_listening.reset();
        const std::vector<float> heard = card.heardSound();
        const std::vector<std::size_t> lengths = stretchesOf(heard);
        QCOMPARE(lengths.size(), std::size_t(1));
        QVERIFY2(std::abs(int(lengths[0]) - int(0.4 * captureRateHz)) < 200,
                 qPrintable(QString::number(lengths[0])));
        QVERIFY(std::abs(heard[heard.size() / 2] - 0.75F * 0.501187F) < 1e-3F); // −6 dB
    }

    void songIsLeftForARowOrAnotherDevice()
    {
        const SoundCard card;
        m_listening->openDevice(captureDeviceId);
        m_listening->playSong(std::make_shared<const PlayableSong>(songOf(0.75F, 5)), 41);
        m_listening->playRow(Cell::Positive);
        QVERIFY(m_listening->isPlayingRow() && !m_listening->song());
        // One that was made for a device of another rate.
        PlayableSong other = songOf(0.75F, 5);
        other.sound =
            std::make_shared<const Player::Sound>(Player::Sound{{}, 1, other.sound->ready, 48000});
        m_listening->playSong(std::make_shared<const PlayableSong>(other), 41);
        m_listening->openDevice(otherDeviceId);
        QVERIFY(!m_listening->song());
        QCOMPARE(m_listening->samples(), constant(0.5F));
        m_listening.reset();
    }

    void cellsSwitchWhilePlaying()
    {
        const SoundCard card;
        m_listening->openDevice(captureDeviceId);
        m_listening->setVolume(1);
        m_listening->setMatching(false);
        QSignalSpy ticked(&*m_listening, &Listening::ticked);
        m_listening->play();
        QTRY_VERIFY_WITH_TIMEOUT(ticked.size() > 3, patience);
        m_listening->setCell(Cell::Start);
        QTRY_VERIFY_WITH_TIMEOUT(ticked.size() > 20, patience);
        QVERIFY(m_listening->isPlaying()); // it loops
        m_listening->togglePlay();
        QTRY_VERIFY_WITH_TIMEOUT(!m_listening->isPlaying(), patience);
        m_listening.reset();
        const std::vector<float> heard = card.heardSound();
        for (const float value : {0.5F, 0.125F})
            QVERIFY(std::ranges::count_if(heard, [value](float sample) {
                        return std::abs(sample - value) < 1e-4F;
                    }) > 100);
    }

private:
    // What is ready begins 40 s after the beginning of its file.
    static PlayableSong songOf(float value, double seconds)
    {
        PlayableSong song;
        song.offsetSeconds = 40;
        song.seconds = seconds;
        song.sound = std::make_shared<const Player::Sound>(
            Player::Sound{{},
                          1,
                          std::make_shared<const std::vector<float>>(
                              static_cast<std::size_t>(seconds * captureRateHz), value),
                          captureRateHz});
        song.gainDb = -6;
        song.outline = {-value, value};
        return song;
    }
    void insert(const Matrix<float>& mels, std::size_t row, float value)
    {
        m_sounds->insert("fc9[0]", mels.row(row), constant(value), 0);
    }

    TinyWorld m_world;
    TestFolder m_results;
    Explanation m_explanation;
    std::string m_classifier;
    std::optional<Session> m_session;
    std::optional<SoundBank> m_sounds;
    std::optional<RealGallery> m_gallery;
    std::optional<Focus> m_focus;
    std::optional<Listening> m_listening;
};

QTEST_MAIN(TestListening)
#include "tst_listening.moc"
