// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/focus.h"

#include "app/gui/background_queue.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace earshot {

namespace {

double normOf(std::span<const float> latent)
{
    double sum = 0;
    for (const float value : latent)
        sum += static_cast<double>(value) * value;
    return std::sqrt(sum);
}

std::vector<float> copyOf(std::span<const float> values)
{
    return {values.begin(), values.end()};
}

Cell cellOf(Direction direction)
{
    return direction == Direction::Positive ? Cell::Positive : Cell::Negative;
}

constexpr std::array<Direction, 2> bothDirections{Direction::Negative, Direction::Positive};

} // namespace

Focus::Focus(Session& session, SoundBank& sounds, RealGallery& gallery, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_sounds(sounds)
    , m_gallery(gallery)
    , m_generator(new BackgroundQueue(this))
{
    connect(m_generator, &BackgroundQueue::failed, this, &Focus::failed);
    connect(&session, &Session::modelsLoaded, this,
            [this] { m_sounds.setClassifier(m_session.models()->hashes().classifier); });
    connect(&session, &Session::responseChanged, this, [this] {
        m_wantsMusic = false;
        showReal();
    });
    connect(&session, &Session::realChanged, this, [this] {
        if (!m_session.musicResponses())
            m_wantsMusic = false;
        showReal();
    });
    connect(&session, &Session::explanationChanged, this, &Focus::explanationChanged);
    connect(&session, &Session::progressed, this, &Focus::refresh);
    connect(&session, &Session::runChanged, this, [this] {
        if (m_session.run() && m_session.run()->isHere)
            refresh();
    });
    connect(&sounds, &SoundBank::made, this, [this] {
        fillSounds();
        Q_EMIT cellsChanged();
    });
    connect(&gallery, &RealGallery::changed, this, [this] {
        fillReal();
        fillSounds();
        Q_EMIT cellsChanged();
    });
    connect(&session, &Session::soundsMade, this,
            [this](const std::shared_ptr<const Explanation>& explanation,
                   const std::shared_ptr<const ExplanationSounds>& made) {
                if (hashesOf(*explanation).classifier != m_session.models()->hashes().classifier)
                    return; // heard by one that is no more
                const auto keep = [&](const Matrix<float>& mels, const std::vector<float>& heard,
                                      const std::vector<std::vector<float>>& rows) {
                    for (std::size_t i = 0; i < rows.size(); ++i)
                        if (!rows[i].empty())
                            m_sounds.insert(explanation->response, mels.row(i), rows[i], heard[i]);
                };
                keep(explanation->startMels, explanation->startHeard, made->start);
                for (const auto& [direction, rows] : made->directions) {
                    const DirectionResult& result = explanation->directions.at(direction);
                    keep(result.mels, result.heard, rows);
                }
                fillSounds();
                Q_EMIT cellsChanged();
            });
}

int Focus::examples() const
{
    if (m_session.progress())
        return m_session.shownSettings().examples;
    return m_explanation ? static_cast<int>(m_explanation->examples.size()) : 0;
}

int Focus::number(int example) const
{
    const auto row = static_cast<std::size_t>(example);
    const bool isStored =
        !m_session.progress() && m_explanation && row < m_explanation->examples.size();
    return 1 + (isStored ? m_explanation->examples[row] : example);
}

void Focus::explanationChanged()
{
    const std::shared_ptr<const Explanation> before = m_explanation;
    m_explanation = m_session.explanation();
    // The same result with its heard responses filled in: what is looked at stays.
    const bool isSame =
        before && m_explanation && before->response == m_explanation->response &&
        before->startLatents.rows() == m_explanation->startLatents.rows() &&
        std::ranges::equal(before->startLatents.values(), m_explanation->startLatents.values()) &&
        before->directions.size() == m_explanation->directions.size() &&
        before->settings.steps == m_explanation->settings.steps &&
        before->settings.learningRate == m_explanation->settings.learningRate &&
        before->settings.priorWeight == m_explanation->settings.priorWeight;
    if (!isSame) {
        m_generated = {};
        m_generator->clear(); // what is being made belongs to the old one
        m_position = chosenPosition(Direction::Positive);
    }
    refresh();
    if (!isSame) {
        Q_EMIT exampleChanged();
        Q_EMIT positionChanged();
    }
}

// Where the dial rests at first: the chosen step.
int Focus::chosenPosition(Direction direction) const
{
    if (!m_explanation)
        return 0;
    const auto found = m_explanation->directions.find(direction);
    if (found == m_explanation->directions.end())
        return direction == Direction::Positive ? chosenPosition(Direction::Negative) : 0;
    const std::vector<int>& steps = found->second.pathSteps;
    const auto place = std::ranges::find(steps, found->second.chosenStep);
    const auto index = static_cast<int>(place - steps.begin());
    return place == steps.end() ? 0 : direction == Direction::Positive ? index : -index;
}

void Focus::setExample(int example)
{
    example = std::clamp(example, 0, std::max(0, examples() - 1));
    if (example == m_example)
        return;
    m_example = example;
    refresh();
    Q_EMIT exampleChanged();
}

void Focus::setPosition(int position)
{
    if (position == m_position)
        return;
    m_position = position;
    refresh();
    Q_EMIT positionChanged();
}

void Focus::setStep(Direction direction, int step)
{
    if (!m_explanation)
        return;
    const auto found = m_explanation->directions.find(direction);
    if (found == m_explanation->directions.end())
        return;
    const std::vector<int>& steps = found->second.pathSteps;
    const auto nearest =
        std::ranges::min_element(steps, {}, [step](int stored) { return std::abs(stored - step); });
    const auto index = static_cast<int>(nearest - steps.begin());
    setPosition(direction == Direction::Positive ? index : -index);
}

int Focus::step() const
{
    if (!m_explanation)
        return 0;
    const auto found = m_explanation->directions.find(side());
    const auto index = static_cast<std::size_t>(std::abs(m_position));
    if (found == m_explanation->directions.end() || index >= found->second.pathSteps.size())
        return 0;
    return found->second.pathSteps[index];
}

// Only what is not shown already: excerpts that were read stay.
void Focus::showReal()
{
    if (!m_session.models() || m_session.response().empty())
        return;
    const bool isMusic = m_session.music() != nullptr || m_wantsMusic;
    const RealShown shown{m_session.models(), m_session.response(), isMusic,
                          isMusic ? m_session.musicResponses() : nullptr};
    if (shown == m_realShown)
        return;
    m_realShown = shown;
    m_realIndex = 0;
    if (isMusic)
        m_gallery.showMusic(shown.models, shown.response, shown.responses);
    else
        m_gallery.show(shown.models, shown.response);
}

void Focus::showMusicExcerpt(Direction side, std::size_t index)
{
    m_wantsMusic = m_session.musicResponses() != nullptr;
    showReal();
    m_realSide = side;
    m_realIndex = index;
    realMoved();
}

void Focus::setRealSide(Direction side)
{
    m_realSide = side;
    m_realIndex = 0;
    realMoved();
}

void Focus::realMoved()
{
    fillReal();
    fillSounds();
    Q_EMIT cellsChanged();
}

void Focus::moveReal(int by)
{
    const auto count = static_cast<int>(m_gallery.clips(m_realSide).size());
    if (count == 0)
        return;
    m_realIndex =
        static_cast<std::size_t>(((static_cast<int>(m_realIndex) + by) % count + count) % count);
    realMoved();
}

// A run may have fewer examples than what was shown before.
void Focus::keepExample()
{
    const int example = std::clamp(m_example, 0, std::max(0, examples() - 1));
    if (example == m_example)
        return;
    m_example = example;
    Q_EMIT exampleChanged();
}

void Focus::refresh()
{
    keepExample();
    const bool isLive = m_session.progress() != nullptr;
    for (const Direction direction : bothDirections) {
        CellView& view = m_cells[static_cast<std::size_t>(cellOf(direction))];
        if (isLive) {
            view = liveCell(direction);
            continue;
        }
        int index = std::abs(chosenPosition(direction));
        if (m_position != 0 && side() == direction)
            index = std::abs(m_position);
        view = pathCell(direction, index);
    }
    fillStart();
    fillReal();
    refreshPath();
    fillSounds();
    Q_EMIT cellsChanged();
}

CellView Focus::liveCell(Direction direction) const
{
    CellView view;
    const auto& directions = m_session.progress()->directions;
    const auto found = directions.find(direction);
    if (found == directions.end())
        return view;
    const auto& mels = found->second.mels;
    const auto live = std::ranges::find(mels, m_example, &LiveMel::example);
    if (live == mels.end())
        return view;
    view.logMel = live->mel;
    view.step = live->step;
    view.response = found->second.responses(static_cast<std::size_t>(live->step),
                                            static_cast<std::size_t>(m_example));
    view.isSettled = live->step == m_session.shownSettings().steps;
    return view;
}

CellView Focus::pathCell(Direction direction, int pathIndex) const
{
    CellView view;
    if (!m_explanation)
        return view;
    const auto found = m_explanation->directions.find(direction);
    const auto row = static_cast<std::size_t>(m_example);
    const auto index = static_cast<std::size_t>(pathIndex);
    if (found == m_explanation->directions.end() || index >= found->second.pathSteps.size())
        return view;
    const DirectionResult& result = found->second;
    view.step = result.pathSteps[index];
    view.response = result.responses(static_cast<std::size_t>(view.step), row);
    view.latentNorm = normOf(result.path[index].row(row));
    view.isSettled = true;
    if (view.step == result.chosenStep) {
        view.logMel = copyOf(result.mels.row(row));
        if (row < result.heard.size())
            view.heard = result.heard[row];
        if (row < result.witness.size())
            view.witness = result.witness[row];
    } else if (view.step == 0) {
        view.logMel = copyOf(m_explanation->startMels.row(row));
    }
    return view;
}

void Focus::fillStart()
{
    CellView& view = m_cells[static_cast<std::size_t>(Cell::Start)];
    view = {};
    const auto row = static_cast<std::size_t>(m_example);
    if (const auto progress = m_session.progress()) {
        for (const auto& [direction, live] : progress->directions)
            if (row < live.responses.columns())
                view.response = live.responses(0, row);
        view.step = 0;
        view.isSettled = true;
        const Matrix<float> starts = startLatents(m_session.shownSettings().seed, row + 1,
                                                  m_session.models()->explainer->latentSize());
        view.latentNorm = normOf(starts.row(row));
        generate(Cell::Start, copyOf(starts.row(row)));
        return;
    }
    if (!m_explanation || row >= m_explanation->startMels.rows())
        return;
    view.logMel = copyOf(m_explanation->startMels.row(row));
    view.latentNorm = normOf(m_explanation->startLatents.row(row));
    view.step = 0;
    view.isSettled = true;
    for (const auto& [direction, result] : m_explanation->directions)
        view.response = result.responses(0, row);
    if (row < m_explanation->startHeard.size())
        view.heard = m_explanation->startHeard[row];
    if (row < m_explanation->startWitness.size())
        view.witness = m_explanation->startWitness[row];
}

// The spectrogram of a step that is not stored, from its stored latent.
void Focus::refreshPath()
{
    if (m_session.progress() || !m_explanation || !m_session.canGenerate())
        return;
    for (const Direction direction : bothDirections) {
        const CellView& view = cell(cellOf(direction));
        const auto found = m_explanation->directions.find(direction);
        if (!view.logMel.empty() || view.step < 0 || found == m_explanation->directions.end())
            continue;
        const auto index =
            static_cast<std::size_t>(std::ranges::find(found->second.pathSteps, view.step) -
                                     found->second.pathSteps.begin());
        generate(cellOf(direction),
                 copyOf(found->second.path[index].row(static_cast<std::size_t>(m_example))));
    }
}

void Focus::generate(Cell cell, const std::vector<float>& latent)
{
    const auto place = static_cast<std::size_t>(cell);
    Generated& kept = m_generated[place];
    // Meanwhile the last one made stays on screen: a dial that is dragged must not flicker.
    m_cells[place].logMel = kept.logMel;
    if (kept.latent == latent)
        return;
    m_cells[place].isSettled = false;
    m_generator->post("cell " + std::to_string(place),
                      [this, place, latent, models = m_session.models()](std::stop_token) {
                          const Matrix<float> mels = models->explainer->generate(
                              MatrixView<const float>(latent.data(), 1, latent.size()));
                          return [this, place, latent, logMel = copyOf(mels.values())] {
                              m_generated[place] = {latent, logMel};
                              refresh();
                          };
                      });
}

void Focus::fillReal()
{
    CellView& view = m_cells[static_cast<std::size_t>(Cell::Real)];
    view = {};
    const std::vector<RealClip>& clips = m_gallery.clips(m_realSide);
    if (clips.empty())
        return;
    m_realIndex = std::min(m_realIndex, clips.size() - 1);
    m_gallery.need(m_realSide, m_realIndex);
    const RealClip& clip = clips[m_realIndex];
    view.real = &clip;
    view.logMel = clip.logMel;
    view.response = clip.example.clipResponse;
    view.isSettled = !clip.logMel.empty();
}

void Focus::fillSounds()
{
    for (std::size_t place = 0; place < m_cells.size(); ++place) {
        CellView& view = m_cells[place];
        if (view.logMel.empty() || !view.isSettled)
            continue;
        view.sound = m_sounds.find(m_session.response(), view.logMel);
        if (view.sound)
            view.heard = view.sound->heard;
        else if (m_session.models())
            m_sounds.request(SoundBank::Urgency::Now, "cell " + std::to_string(place),
                             m_session.models(), m_session.response(), view.logMel);
    }
}

} // namespace earshot
