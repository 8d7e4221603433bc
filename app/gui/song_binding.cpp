// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/song_binding.h"

#include "app/gui/actions.h"
#include "app/gui/real_comparison.h"
#include "app/gui/session.h"
#include "app/gui/song_loader.h"
#include "app/gui/texts.h"
#include "core/explain/real_side.h"
#include "ui/panels/number_text.h"
#include "ui/plot/strip_plot.h"
#include "ui/song/song_panel.h"

#include <QAction>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace earshot {

namespace {

// 115 frames: excerpt_geometry.h.
constexpr double excerptSeconds = 36934 / 22050.0;

QString counted(std::size_t number)
{
    return QString::fromStdString(groupedNumber(number));
}

QString songsText(std::size_t songs)
{
    return songs == 1 ? QObject::tr("1 song") : QObject::tr("%1 songs").arg(counted(songs));
}

// Of the silent excerpts too, which no list holds: a strip does.
std::pair<double, double> rangeOf(const std::vector<float>& values)
{
    std::pair<double, double> range(0, 0);
    for (const float value : values)
        if (std::isfinite(value)) {
            range.first = std::min<double>(range.first, value);
            range.second = std::max<double>(range.second, value);
        }
    return range;
}

// "570 excerpts", "560 of 570 excerpts; 10 silent ones are left out of the lists"
QString excerptsText(const CorpusIndex& index)
{
    std::size_t silent = 0;
    for (std::size_t excerpt = 0; excerpt < index.excerpts(); ++excerpt)
        silent += index.isSilent(excerpt) ? 1 : 0;
    if (silent == 0)
        return QObject::tr("%1 excerpts").arg(counted(index.excerpts()));
    const QString text = QObject::tr("%1 of %2 excerpts; ")
                             .arg(counted(index.excerpts() - silent), counted(index.excerpts()));
    return text +
           (silent == 1
                ? QObject::tr("a silent one is left out of the lists")
                : QObject::tr("%1 silent ones are left out of the lists").arg(counted(silent)));
}

QString nameOf(const std::filesystem::path& path)
{
    return QString::fromStdString(path.filename().string());
}

} // namespace

SongBinding::SongBinding(Session& session, MusicIndex& index, Focus& focus, Listening& listening,
                         SongPanel& panel, const Actions& actions, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_index(index)
    , m_focus(focus)
    , m_listening(listening)
    , m_panel(panel)
    , m_actions(actions)
    , m_loader(new SongLoader(this))
{
    connectParts();
    connectActions();
    musicChanged();
}

void SongBinding::connectParts()
{
    connect(&m_index, &MusicIndex::musicChanged, this, &SongBinding::musicChanged);
    connect(&m_index, &MusicIndex::responsesChanged, this, &SongBinding::updateExcerpts);
    connect(&m_index, &MusicIndex::usedChanged, this, &SongBinding::updateActions);
    connect(&m_index, &MusicIndex::runChanged, this, [this] {
        updateStatus();
        updateActions();
        if (!m_index.music())
            updateExcerpts();
    });
    connect(&m_session, &Session::realChanged, this, &SongBinding::updateExcerpts);
    connect(&m_focus, &Focus::cellsChanged, this, &SongBinding::updateExcerpts);
    connect(&m_listening, &Listening::ticked, this, &SongBinding::updatePlayhead);
    connect(&m_listening, &Listening::changed, this, &SongBinding::updatePlayhead);
    connect(m_loader, &SongLoader::loadingChanged, this, &SongBinding::updateReadout);
    connect(m_loader, &SongLoader::failed, this, &SongBinding::failed);
    connect(m_loader, &SongLoader::loaded, &m_listening, &Listening::playSong);
    connect(&m_panel, &SongPanel::excerptSelected, this, &SongBinding::chooseExcerpt);
    connect(&m_panel, &SongPanel::excerptActivated, this, [this](int row) {
        chooseExcerpt(row);
        if (const auto* list = listed(); list != nullptr && row < static_cast<int>(list->size()))
            play((*list)[static_cast<std::size_t>(row)].timeSeconds);
    });
    connect(&m_panel, &SongPanel::songChosen, this,
            [this](int song) { showSong(static_cast<std::size_t>(song)); });
    connect(&m_panel, &SongPanel::problemsRequested, this, &SongBinding::problemsRequested);
    connect(&m_panel.strip(), &StripPlot::seekRequested, this, &SongBinding::play);
    connect(&m_panel.strip(), &StripPlot::pointed, this,
            [this](std::optional<std::size_t> excerpt) {
                m_pointed = excerpt;
                updateReadout();
            });
}

void SongBinding::connectActions()
{
    connect(m_actions.updateIndex, &QAction::triggered, &m_index, &MusicIndex::update);
    connect(m_actions.stopIndexing, &QAction::triggered, &m_index, &MusicIndex::stop);
    connect(m_actions.compareMusic, &QAction::triggered, &m_index, &MusicIndex::setUsed);
    connect(m_actions.playSong, &QAction::triggered, this, &SongBinding::togglePlay);
}

const std::vector<TopExcerpt>* SongBinding::listed() const
{
    const auto responses = m_index.responses();
    if (!responses || responses->music != m_music || responses->values.empty())
        return nullptr;
    return &responses->top.at(m_focus.realSide());
}

// The excerpts of the gallery are those of the list, in its order.
int SongBinding::shownRow() const
{
    const auto* list = listed();
    const RealClip* clip = m_focus.cell(Cell::Real).real;
    if (list == nullptr || clip == nullptr || m_focus.realIndex() >= list->size())
        return -1;
    const TopExcerpt& top = (*list)[m_focus.realIndex()];
    const bool isIt = clip->example.file == m_index.music()->index.songPath(top.song).string() &&
                      clip->example.timeSeconds == top.timeSeconds;
    return isIt ? static_cast<int>(m_focus.realIndex()) : -1;
}

QString SongBinding::songName(std::size_t song) const
{
    return QString::fromStdString(m_music->index.songs()[song].name);
}

void SongBinding::musicChanged()
{
    if (m_music != m_index.music()) {
        m_music = m_index.music();
        m_song = 0;
        m_followed.reset();
        m_excerpt.reset();
        QStringList names;
        QStringList paths;
        for (std::size_t song = 0; m_music && song < m_music->index.songs().size(); ++song) {
            names += songName(song);
            paths += QString::fromStdString(m_music->index.songPath(song).string());
        }
        m_panel.setSongs(names, paths);
    }
    m_panel.setProblemCount(m_index.summary() ? m_index.summary()->problems.size() : 0);
    updateExcerpts();
    updateStatus();
    updateActions();
}

void SongBinding::updateExcerpts()
{
    const bool isLowest = m_focus.realSide() == Direction::Negative;
    m_actions.realSide->setIconText(isLowest ? tr("Real excerpts: lowest")
                                             : tr("Real excerpts: highest"));
    const auto* list = listed();
    if (list == nullptr || list->empty()) {
        m_followed.reset();
        m_panel.clear(emptyText());
        return;
    }
    const auto responses = m_index.responses();
    const std::optional<RealResponses> real = m_session.realResponses();
    std::vector<ExcerptRow> rows;
    for (const TopExcerpt& top : *list)
        rows.push_back({songName(top.song),
                        QString::fromStdString(m_music->index.songPath(top.song).string()),
                        timeText(top.timeSeconds), top.response,
                        real ? real->percentile(top.response) : ExcerptRow::unknown});
    const int row = shownRow();
    const std::size_t first = list->front().excerpt;
    const std::size_t excerpt = row < 0 ? first : (*list)[static_cast<std::size_t>(row)].excerpt;
    m_panel.setExcerpts(
        std::move(rows), row,
        (m_session.music() ? tr("Eq. 3: %1")
                           : tr("Eq. 3 is of the training music; of yours it would be: %1"))
            .arg(QString::fromStdString(realSide(*responses->real, m_focus.realSide()).source)));
    // The strip goes along with the excerpt, until another song is chosen.
    if (m_followed != responses || m_excerpt != excerpt) {
        m_followed = responses;
        m_excerpt = excerpt;
        showSong(m_music->index.songOf(excerpt));
    }
}

void SongBinding::showSong(std::size_t song)
{
    m_song = song;
    m_panel.setSong(static_cast<int>(song));
    updateStrip();
}

void SongBinding::updateStrip()
{
    const auto responses = m_index.responses();
    if (listed() == nullptr || !responses->real)
        return;
    const ResponseStrip along = responseStrip(m_music->index, responses->values, m_song);
    SongStrip strip;
    strip.centreSeconds = along.centreSeconds;
    strip.responses = along.responses;
    strip.songSeconds = m_music->index.songs()[m_song].seconds;
    std::tie(strip.lowest, strip.highest) = rangeOf(responses->values);
    m_panel.strip().setStrip(std::move(strip));
    std::optional<std::pair<double, double>> marked;
    if (m_excerpt && m_music->index.songOf(*m_excerpt) == m_song) {
        const double begin = m_music->index.timeSeconds(*m_excerpt);
        marked = {begin, begin + excerptSeconds};
    }
    m_panel.strip().setExcerpt(marked);
    updatePlayhead();
}

bool SongBinding::isPlayingThis() const
{
    return m_music && m_listening.song() && m_song < m_music->index.songs().size() &&
           m_listening.song()->path == m_music->index.songPath(m_song);
}

void SongBinding::updatePlayhead()
{
    m_panel.strip().setPlayhead(isPlayingThis() ? std::optional(m_listening.songSeconds())
                                                : std::nullopt);
    updateReadout();
}

void SongBinding::updateReadout()
{
    const SongStrip& strip = m_panel.strip().strip();
    const auto at = [&](std::size_t excerpt) {
        QString text = tr("%1 · %2").arg(timeText(strip.centreSeconds[excerpt]),
                                         signedText(strip.responses[excerpt]));
        if (const auto real = m_session.realResponses())
            text +=
                QStringLiteral(" · ") + percentileText(real->percentile(strip.responses[excerpt]));
        return text;
    };
    if (!m_loader->loading().empty())
        m_panel.setReadout(tr("Reading %1…").arg(nameOf(m_loader->loading())));
    else if (m_pointed && *m_pointed < strip.responses.size())
        m_panel.setReadout(at(*m_pointed));
    else if (isPlayingThis() && !strip.responses.empty()) {
        const auto nearest = std::ranges::min_element(
            strip.centreSeconds, {},
            [now = m_listening.songSeconds()](double centre) { return std::abs(centre - now); });
        m_panel.setReadout(at(static_cast<std::size_t>(nearest - strip.centreSeconds.begin())));
    } else
        m_panel.setReadout({});
}

void SongBinding::chooseExcerpt(int row)
{
    const auto* list = listed();
    if (list == nullptr || row >= static_cast<int>(list->size()))
        return;
    m_focus.showMusicExcerpt(m_focus.realSide(), static_cast<std::size_t>(row));
    // Also where the focus was there already, and another song was looked at since.
    showSong((*list)[static_cast<std::size_t>(row)].song);
}

void SongBinding::play(double seconds)
{
    if (!m_music)
        return;
    m_listening.ensureDevice();
    if (m_listening.deviceRateHz() == 0) {
        Q_EMIT message(m_listening.problem());
        return;
    }
    m_loader->load(m_music->index.songPath(m_song), m_listening.deviceRateHz(), seconds);
}

void SongBinding::togglePlay()
{
    if (!m_music || listed() == nullptr)
        return;
    if (isPlayingThis())
        m_listening.togglePlay();
    else
        play(m_excerpt && m_music->index.songOf(*m_excerpt) == m_song
                 ? m_music->index.timeSeconds(*m_excerpt)
                 : 0);
}

QString SongBinding::emptyText() const
{
    if (const auto run = m_index.run(); run && !m_index.music())
        return tr("%1 is being indexed: the classifier listens to every excerpt of its sound "
                  "files, "
                  "once for all units.\nEverything else can be used meanwhile.")
            .arg(nameOf(run->folder));
    if (!m_index.music())
        return tr("No music of your own is indexed for this classifier. Drop a folder of music on "
                  "the window, or press %1: then this shows which excerpts excite a unit most and "
                  "least, how it responds along a whole song, and explanations are compared with "
                  "your music.")
            .arg(m_actions.indexFolder->shortcut().toString(QKeySequence::NativeText));
    const auto responses = m_index.responses();
    if (!responses)
        return tr("Reading…");
    if (responses->values.empty())
        return tr("%1 is not in the index: it holds units, means, and sums and multiples of these. "
                  "“earshot-cli top” computes it from the audio.")
            .arg(QString::fromStdString(responses->response));
    return tr("All of this music is silent.");
}

QString SongBinding::runText() const
{
    const std::optional<IndexRun> run = m_index.run();
    if (run->isStopping)
        return tr("Stopping…");
    QString text = indexingText(*run);
    if (m_index.music())
        return text;
    return text + '\n' + QString::fromStdString(run->folder.string());
}

QString SongBinding::musicText() const
{
    const CorpusIndex& index = m_music->index;
    double seconds = 0;
    for (const IndexedSong& song : index.songs())
        seconds += song.seconds;
    QStringList parts{tr("%1: %2, %3, %4.")
                          .arg(nameOf(index.contents().folder), songsText(index.songs().size()),
                               durationText(seconds), excerptsText(index))};
    const MusicIndex::Changes& changes = m_index.changes();
    QStringList since;
    if (changes.changed > 0)
        since += tr("%1 changed").arg(changes.changed);
    if (changes.vanished > 0)
        since += tr("%1 vanished").arg(changes.vanished);
    if (!since.isEmpty())
        parts += tr("Since then: %1. %2 brings the index up to date.")
                     .arg(since.join(QStringLiteral(", ")),
                          m_actions.updateIndex->shortcut().toString(QKeySequence::NativeText));
    return parts.join(' ');
}

void SongBinding::updateStatus()
{
    const std::optional<IndexRun> run = m_index.run();
    QStringList lines;
    if (run)
        lines += runText();
    else if (!m_index.problem().isEmpty())
        lines += m_index.problem();
    if (m_music)
        lines += musicText();
    m_panel.setStatus(lines.join('\n'), run ? std::optional(run->fraction) : std::nullopt);
}

void SongBinding::updateActions()
{
    const std::optional<IndexRun> run = m_index.run();
    m_actions.updateIndex->setEnabled(m_index.canUpdate());
    m_actions.stopIndexing->setEnabled(run && !run->isStopping);
    m_actions.compareMusic->setEnabled(m_index.music() != nullptr);
    const bool isCompared = m_index.isUsed() && m_index.music();
    m_actions.compareMusic->setChecked(isCompared);
    m_actions.compareMusic->setIconText(isCompared ? tr("Compared with: my music")
                                                   : tr("Compared with: training music"));
    m_actions.playSong->setEnabled(m_index.music() != nullptr);
}

} // namespace earshot
