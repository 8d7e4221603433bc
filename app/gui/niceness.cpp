// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/niceness.h"

#include <sys/resource.h>
#include <unistd.h>

namespace earshot {

namespace {

constexpr int computingNiceness = 10;
constexpr int largestNiceness = 19;

void setNiceness(int niceness)
{
    // Where it is not allowed, everything is only a little slower.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
}

} // namespace

void makeWayForOthers()
{
    setNiceness(computingNiceness);
}

void makeWayForAll()
{
    setNiceness(largestNiceness);
}

} // namespace earshot
