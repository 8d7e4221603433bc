// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/elided_text.h"

#include <QFontMetrics>

namespace earshot {

namespace {

QString elidedPath(const QString& path, const QFontMetrics& metrics, int width)
{
    const qsizetype end = path.lastIndexOf(u'/');
    if (end < 0)
        return metrics.elidedText(path, Qt::ElideMiddle, width);
    const QString file = path.mid(end); // with its slash
    const int left = width - metrics.horizontalAdvance(file);
    if (left < metrics.horizontalAdvance(QChar(0x2026)))
        return metrics.elidedText(file.mid(1), Qt::ElideMiddle, width);
    return metrics.elidedText(path.left(end), Qt::ElideRight, left) + file;
}

} // namespace

QString elidedText(const QString& text, Elision elision, const QFontMetrics& metrics, int width)
{
    if (metrics.horizontalAdvance(text) <= width)
        return text;
    if (elision == Elision::Folder)
        return elidedPath(text, metrics, width);
    return metrics.elidedText(text, elision == Elision::Middle ? Qt::ElideMiddle : Qt::ElideRight,
                              width);
}

} // namespace earshot
