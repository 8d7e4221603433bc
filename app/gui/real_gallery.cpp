// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/real_gallery.h"

#include "app/gui/background_queue.h"
#include "app/gui/sound_bank.h"
#include "core/dsp/log_mel.h"

#include <limits>

namespace earshot {

namespace {

std::vector<RealClip> readClips(const std::vector<RealExample>& examples, std::stop_token stop)
{
    std::vector<RealClip> clips;
    for (const RealExample& example : examples) {
        if (stop.stop_requested())
            break;
        RealClip clip{example, samples(example), {}};
        const Matrix<float> mels = logMel(clip.samples, FrontEndParameters());
        clip.logMel.assign(mels.values().begin(), mels.values().end());
        clips.push_back(std::move(clip));
    }
    return clips;
}

} // namespace

RealGallery::RealGallery(SoundBank& sounds, QObject* parent)
    : QObject(parent)
    , m_sounds(sounds)
    , m_queue(new BackgroundQueue(this))
{
    connect(m_queue, &BackgroundQueue::failed, this, [this](const QString& what) {
        m_problem = what;
        Q_EMIT changed();
        Q_EMIT failed(what);
    });
}

void RealGallery::show(const std::shared_ptr<const Models>& models, const std::string& response)
{
    m_queue->clear();
    m_clips.clear();
    m_response = response;
    m_problem.clear();
    const std::vector<RealExample>* highest =
        models->examples ? models->examples->highest(response) : nullptr;
    const std::vector<RealExample>* lowest =
        models->examples ? models->examples->lowest(response) : nullptr;
    if (highest == nullptr || lowest == nullptr) {
        m_problem = tr("No real excerpts of %1 come with this classifier")
                        .arg(QString::fromStdString(response));
        Q_EMIT changed();
        return;
    }
    Q_EMIT changed();
    m_queue->post("clips", [this, models, response, high = *highest,
                            low = *lowest](std::stop_token stop) {
        auto clips = std::make_shared<std::map<Direction, std::vector<RealClip>>>();
        (*clips)[Direction::Positive] = readClips(high, stop);
        (*clips)[Direction::Negative] = readClips(low, stop);
        return [this, models, response, clips] {
            m_clips = std::move(*clips);
            // The last request is made first: the most extreme.
            for (const auto& [side, list] : m_clips)
                for (std::size_t i = list.size(); i-- > 0;)
                    if (!m_sounds.find(response, list[i].logMel))
                        m_sounds.request(SoundBank::Urgency::Later,
                                         (side == Direction::Positive ? "highest " : "lowest ") +
                                             std::to_string(i),
                                         models, response, list[i].logMel);
            Q_EMIT changed();
        };
    });
}

const std::vector<RealClip>& RealGallery::clips(Direction side) const
{
    static const std::vector<RealClip> none;
    const auto found = m_clips.find(side);
    return found == m_clips.end() ? none : found->second;
}

RealGallery::Ceiling RealGallery::ceiling(Direction side) const
{
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    double response = 0;
    double heard = 0;
    const std::vector<RealClip>& list = clips(side);
    for (const RealClip& clip : list) {
        const std::shared_ptr<const CellSound> sound = m_sounds.find(m_response, clip.logMel);
        if (!sound)
            return {unknown, unknown};
        response += clip.example.clipResponse;
        heard += sound->heard;
    }
    const auto count = static_cast<double>(list.size());
    return list.empty() ? Ceiling{unknown, unknown} : Ceiling{response / count, heard / count};
}

} // namespace earshot
