// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/real_excerpts.h"

#include "core/util/error.h"
#include "core/util/random.h"

#include <algorithm>
#include <string>

namespace earshot {

namespace {

// Streams of the selections, so that each set is drawn independently.
constexpr std::uint64_t trainingStream = 1;
constexpr std::uint64_t heldOutStream = 2;

bool isIn(RealSet set, Split split)
{
    switch (set) {
    case RealSet::Training:
        return split == Split::Train;
    case RealSet::HeldOut:
        return split != Split::Train;
    case RealSet::Validation:
        return split == Split::Valid;
    case RealSet::Test:
        return split == Split::Test;
    }
    return false;
}

bool hasSinging(RecordingKind kind)
{
    return kind == RecordingKind::Song || kind == RecordingKind::Stems;
}

bool isInstrumental(RecordingKind kind)
{
    return kind == RecordingKind::Instrumental;
}

std::vector<std::size_t> usableRecordings(const PackedData& data, RealSet set,
                                          bool (*isWanted)(RecordingKind))
{
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < data.recordings().size(); ++i) {
        const Recording& recording = data.recordings()[i];
        if (isIn(set, recording.split) && isWanted(recording.kind) &&
            recording.frames >= ExcerptGeometry::frames)
            indices.push_back(i);
    }
    return indices;
}

// Equal shares (the first recordings one more where it does not divide), one start at random in
// each of as many equal stretches of the recording.
void selectFrom(const PackedData& data, const std::vector<std::size_t>& recordings,
                std::size_t count, CounterRandom& random,
                std::vector<GeneratorData::Excerpt>& excerpts)
{
    for (std::size_t i = 0; i < recordings.size(); ++i) {
        const std::size_t share =
            count / recordings.size() + (i < count % recordings.size() ? 1 : 0);
        const std::size_t starts =
            data.recordings()[recordings[i]].frames - ExcerptGeometry::frames + 1;
        for (std::size_t part = 0; part < share; ++part) {
            const double position =
                (static_cast<double>(part) + random.uniform()) / static_cast<double>(share);
            const auto start = static_cast<std::size_t>(position * static_cast<double>(starts));
            excerpts.push_back({recordings[i], std::min(start, starts - 1)});
        }
    }
}

} // namespace

std::string_view name(RealSet set)
{
    switch (set) {
    case RealSet::Training:
        return name(Split::Train);
    case RealSet::HeldOut:
        return "heldout";
    case RealSet::Validation:
        return name(Split::Valid);
    case RealSet::Test:
        return name(Split::Test);
    }
    return {};
}

RealMusic realMusic(const PackedData& data, RealSet set)
{
    return {usableRecordings(data, set, hasSinging), usableRecordings(data, set, isInstrumental)};
}

std::vector<GeneratorData::Excerpt> selectRealExcerpts(const PackedData& data, RealSet set,
                                                       std::size_t count, std::uint64_t seed)
{
    const auto [songs, instrumentals] = realMusic(data, set);
    if (songs.empty() || instrumentals.empty())
        throw badInput(data.file().path().string(),
                       set == RealSet::Training ? "has too little training music to compare with"
                       : set == RealSet::HeldOut
                           ? "has too little held-out music to compare with"
                           : "has too little music to compare with in the split '" +
                                 std::string(name(set)) + "'",
                       "songs and instrumentals of at least 115 frames",
                       std::to_string(songs.size()) + " songs and " +
                           std::to_string(instrumentals.size()) + " instrumentals");
    CounterRandom random(seed, set == RealSet::Training ? trainingStream : heldOutStream);
    std::vector<GeneratorData::Excerpt> excerpts;
    excerpts.reserve(count);
    selectFrom(data, songs, count - count / 2, random, excerpts);
    selectFrom(data, instrumentals, count / 2, random, excerpts);
    return excerpts;
}

Matrix<float> realMels(const PackedData& data, std::span<const GeneratorData::Excerpt> excerpts)
{
    Matrix<float> mels(excerpts.size(), ExcerptGeometry::frames * ExcerptGeometry::bands);
    for (std::size_t i = 0; i < excerpts.size(); ++i) {
        const Matrix<float> rows = data.logMels(data.recordings()[excerpts[i].recording],
                                                excerpts[i].firstFrame, ExcerptGeometry::frames);
        std::copy(rows.values().begin(), rows.values().end(), mels.row(i).begin());
    }
    return mels;
}

} // namespace earshot
