// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace earshot {

class RegularFile;

// What a container says of its own length, where libsndfile plays whatever is there. Each throws an
// Error (BadInput, "is cut off") that names the file.

// The "data" chunk lies within the file. Lengths that a program leaves which cannot seek back (0,
// and those from 0x7FFF0000 on) say nothing.
void checkWavComplete(const RegularFile& file);

// The last page ends its stream (RFC 3533) and lies within the file.
void checkOggComplete(const RegularFile& file);

// The file has as many bytes as its Xing or Info header says. Without one, an MP3 does not know its
// length, and nothing is checked.
void checkMp3Complete(const RegularFile& file);

} // namespace earshot
