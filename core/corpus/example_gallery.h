// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"
#include "core/nets/model_bundle.h"
#include "core/train/packed_data.h"
#include "core/util/progress.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stop_token>

namespace earshot {

struct GallerySettings
{
    std::filesystem::path music;     // the folder that was packed
    std::filesystem::path catalogue; // with columns artist, title, licence, and perhaps source
    std::filesystem::path output;    // becomes the gallery; a gallery that is there is replaced
    std::size_t count = 8;           // of highest and of lowest excerpts of an outer unit, [1, 50]
    std::size_t innerCount = 4; // of an inner unit, [0, 50]; 0: outer ones only (gallery_units.h)
    std::uintmax_t maximumBytes = 12'000'000; // of all files together
};

struct GallerySummary
{
    std::size_t references = 0;
    std::size_t constant = 0;    // units left out: they respond to everything alike
    std::size_t unshared = 0;    // recordings left out: their licence is not named
    std::size_t silent = 0;      // excerpts left out: more than a quarter of their frames is silent
    std::size_t clips = 0;       // each stored once, though several units may share it
    std::size_t songs = 0;       // that clips are from
    std::size_t examples = 0;    // entries of all lists
    std::size_t fewest = 0;      // entries of an outer unit's shortest list
    std::size_t fewestInner = 0; // of an inner unit's
    std::uintmax_t bytes = 0;    // of all files
    double quality = 0;          // of Ogg Vorbis, [0, 1]: the best that fits
    // |response to the clip − response to the music| over the unit's standard deviation
    double meanDifference = 0;
    double largestDifference = 0;
};

// Makes the gallery of a classifier's bundle (layout: listen/real_examples.h): excerpts of the
// training split with high and low responses, but for silence, one a song, cut from the music at
// the sample, with their attributions. Of outer units (gallery_units.h) the highest and lowest; of
// inner ones some of the 50 highest and lowest, so chosen that units share their clips. It appears
// whole or not at all. The bundle is moved to the device. Errors: BadInput for data without such
// music or a folder that does not hold the music that was packed; CannotWrite; Failed ("stopped")
// on a stop, or if the clips do not fit at any quality.
GallerySummary makeExampleGallery(const PackedData& data, ClassifierBundle& classifier,
                                  const GallerySettings& settings, const Device& device,
                                  std::stop_token stop, const ProgressCallback& progress);

} // namespace earshot
