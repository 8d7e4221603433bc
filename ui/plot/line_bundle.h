// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"
#include "ui/plot/qcustomplot.h"

#include <vector>

namespace earshot {

// Many thin lines over the same keys, drawn as one: a hundred QCPGraphs would cost too much at 30
// redraws a second. Non-finite values leave gaps. At most about one point a pixel is drawn.
class LineBundle : public QCPAbstractPlottable
{
public:
    LineBundle(QCPAxis* keyAxis, QCPAxis* valueAxis);

    // keys: ascending; values: [keys, lines].
    void setData(std::vector<double> keys, Matrix<float> values);

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& foundRange, QCP::SignDomain signs) const override;
    QCPRange getValueRange(bool& foundRange, QCP::SignDomain signs,
                           const QCPRange& keys) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

private:
    void drawLine(QCPPainter* painter, const std::vector<std::size_t>& rows,
                  const std::vector<double>& positions, std::size_t column) const;

    std::vector<double> m_keys;
    Matrix<float> m_values;
};

} // namespace earshot
