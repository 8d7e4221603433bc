// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace earshot {

// A classifier whose weights are drawn anew from its output down to one layer (Adebayo et al. 2018,
// "Sanity checks for saliency maps"): what is explained of it shows how much of an explanation
// comes from what was learnt.
struct Randomisation
{
    std::string layer;      // the first that forgets: "fc8"; all after it do too
    std::uint64_t seed = 0; // of the new weights
};

} // namespace earshot
