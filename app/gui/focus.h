// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/real_gallery.h"
#include "app/gui/session.h"
#include "app/gui/sound_bank.h"
#include "ui/values.h"

#include <QObject>
#include <QString>

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

class BackgroundQueue;

// What one panel shows and plays.
struct CellView
{
    static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

    std::vector<float> logMel; // [115·80]; empty: nothing to show
    double response = unknown; // raw f_a
    double heard = unknown;
    double witness = unknown; // a second classifier's logit of the sound; of stored results only
    double latentNorm = unknown;
    int step = -1;          // updates done; −1: not on a path
    bool isSettled = false; // it will not change by itself any more, and may be heard
    const RealClip* real = nullptr;
    std::shared_ptr<const CellSound> sound; // null: not made yet
};

// Where one looks: an example, a step of its path, a real excerpt; and what the four cells hold
// there, while a run goes on and afterwards. GUI thread.
class Focus : public QObject
{
    Q_OBJECT

public:
    Focus(Session& session, SoundBank& sounds, RealGallery& gallery, QObject* parent = nullptr);

    const CellView& cell(Cell cell) const { return m_cells[static_cast<std::size_t>(cell)]; }

    // Index among the examples that are shown, [0, examples()).
    int example() const { return m_example; }
    int examples() const;
    void setExample(int example);
    // The number of a shown example's start, from 1: after a stop, finished ones alone are shown.
    int number(int example) const;

    // A position on the stored path: −k, 0, k, as the dial counts. 0 where there is no path.
    int position() const { return m_position; }
    void setPosition(int position);
    // The stored step nearest to `step` of that direction.
    void setStep(Direction direction, int step);
    // The step that the position stands for, and the direction it belongs to.
    int step() const;
    Direction side() const { return m_position < 0 ? Direction::Negative : Direction::Positive; }

    Direction realSide() const { return m_realSide; }
    void setRealSide(Direction side);
    std::size_t realIndex() const { return m_realIndex; }
    void moveReal(int by); // wraps around
    // An excerpt of the user's own music, also where that is not compared with: index among the
    // excerpts of that side, of the session's music responses.
    void showMusicExcerpt(Direction side, std::size_t index);

Q_SIGNALS:
    void cellsChanged();
    void exampleChanged();
    void positionChanged();
    void failed(const QString& what);

private:
    void explanationChanged();
    void showReal();
    void realMoved();
    void refresh();
    void keepExample();
    void refreshPath();
    CellView pathCell(Direction direction, int pathIndex) const;
    CellView liveCell(Direction direction) const;
    void fillStart();
    void fillReal();
    void fillSounds();
    void generate(Cell cell, const std::vector<float>& latent);
    int chosenPosition(Direction direction) const;

    Session& m_session;
    SoundBank& m_sounds;
    RealGallery& m_gallery;
    std::array<CellView, cellCount> m_cells;
    std::shared_ptr<const Explanation> m_explanation; // whose cells are shown
    int m_example = 0;
    int m_position = 0;
    Direction m_realSide = Direction::Positive;
    std::size_t m_realIndex = 0;
    bool m_wantsMusic = false; // excerpts of the user's own, whatever is compared with
    // What the gallery was asked for.
    struct RealShown
    {
        std::shared_ptr<const Models> models;
        std::string response;
        bool isMusic = false;
        std::shared_ptr<const MusicResponses> responses;

        bool operator==(const RealShown&) const = default;
    };
    RealShown m_realShown;
    // Spectrograms of the path that are not stored in the result: the newest made, by cell.
    struct Generated
    {
        std::vector<float> latent;
        std::vector<float> logMel;
    };
    std::array<Generated, cellCount> m_generated;
    BackgroundQueue* m_generator;
};

} // namespace earshot
