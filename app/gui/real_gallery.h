// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/models.h"
#include "core/explain/settings.h"

#include <QObject>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace earshot {

class BackgroundQueue;
class SoundBank;

// A real excerpt, ready to be seen and heard.
struct RealClip
{
    RealExample example;
    std::vector<float> samples; // as recorded: [36,934] at 22,050 Hz
    std::vector<float> logMel;  // [115·80]
};

// The real excerpts with the highest and lowest responses of what is shown. GUI thread.
class RealGallery : public QObject
{
    Q_OBJECT

public:
    RealGallery(SoundBank& sounds, QObject* parent = nullptr);

    // Reads the clips in the background; emits changed() now and when they are there.
    void show(const std::shared_ptr<const Models>& models, const std::string& response);
    // The side that a direction aims at: Positive the highest. The most extreme first.
    const std::vector<RealClip>& clips(Direction side) const;
    // Why there are none; empty if there are, or while they are being read.
    const QString& problem() const { return m_problem; }

    // What resynthesis costs: means over the side's clips of the response to the recording and to
    // the sound made of its spectrogram. NaN until all are known.
    struct Ceiling
    {
        double response;
        double heard;
    };
    Ceiling ceiling(Direction side) const;

Q_SIGNALS:
    void changed();
    void failed(const QString& what);

private:
    SoundBank& m_sounds;
    std::string m_response;
    std::map<Direction, std::vector<RealClip>> m_clips;
    QString m_problem;
    BackgroundQueue* m_queue;
};

} // namespace earshot
