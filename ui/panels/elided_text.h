// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QFontMetrics;

namespace earshot {

// What of a text goes first where there is no room for all of it.
enum class Elision
{
    End,
    Middle,
    Folder // of a path, what leads to the file; of the file's name its middle
};

// At most `width` pixels of one line of text; an ellipsis stands for what is left out.
QString elidedText(const QString& text, Elision elision, const QFontMetrics& metrics, int width);

} // namespace earshot
