// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/line_bundle.h"

#include <algorithm>
#include <cmath>

namespace earshot {

LineBundle::LineBundle(QCPAxis* keyAxis, QCPAxis* valueAxis)
    : QCPAbstractPlottable(keyAxis, valueAxis)
{
    setSelectable(QCP::stNone);
}

void LineBundle::setData(std::vector<double> keys, Matrix<float> values)
{
    Q_ASSERT(keys.size() == values.rows());
    m_keys = std::move(keys);
    m_values = std::move(values);
}

QCPRange LineBundle::getKeyRange(bool& foundRange, QCP::SignDomain) const
{
    foundRange = !m_keys.empty();
    return foundRange ? QCPRange(m_keys.front(), m_keys.back()) : QCPRange();
}

QCPRange LineBundle::getValueRange(bool& foundRange, QCP::SignDomain signs, const QCPRange&) const
{
    foundRange = false;
    QCPRange range;
    for (const float value : m_values.values()) {
        if (!std::isfinite(value) || (signs == QCP::sdPositive && value <= 0) ||
            (signs == QCP::sdNegative && value >= 0))
            continue;
        range.lower = foundRange ? std::min<double>(range.lower, value) : value;
        range.upper = foundRange ? std::max<double>(range.upper, value) : value;
        foundRange = true;
    }
    return range;
}

void LineBundle::draw(QCPPainter* painter)
{
    if (m_values.empty())
        return;
    const double pixels =
        std::abs(mKeyAxis->coordToPixel(m_keys.back()) - mKeyAxis->coordToPixel(m_keys.front()));
    const auto stride = std::max<std::size_t>(
        1, static_cast<std::size_t>(static_cast<double>(m_keys.size()) / std::max(1.0, pixels)));
    std::vector<std::size_t> rows;
    std::vector<double> positions;
    for (std::size_t row = 0; row < m_keys.size(); row += stride)
        rows.push_back(row);
    if (rows.back() != m_keys.size() - 1)
        rows.push_back(m_keys.size() - 1);
    for (const std::size_t row : rows)
        positions.push_back(mKeyAxis->coordToPixel(m_keys[row]));

    applyDefaultAntialiasingHint(painter);
    // Mitred joins of hundreds of points cost more than all the rest.
    QPen pen = mPen;
    pen.setJoinStyle(Qt::BevelJoin);
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    for (std::size_t column = 0; column < m_values.columns(); ++column)
        drawLine(painter, rows, positions, column);
}

void LineBundle::drawLine(QCPPainter* painter, const std::vector<std::size_t>& rows,
                          const std::vector<double>& positions, std::size_t column) const
{
    QPolygonF line;
    line.reserve(static_cast<qsizetype>(rows.size()));
    const auto flush = [&] {
        if (line.size() > 1)
            painter->drawPolyline(line);
        line.clear();
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const float value = m_values(rows[i], column);
        if (std::isfinite(value))
            line << QPointF(positions[i], mValueAxis->coordToPixel(value));
        else
            flush();
    }
    flush();
}

} // namespace earshot
