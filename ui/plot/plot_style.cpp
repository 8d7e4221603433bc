// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/plot_style.h"

#include "ui/plot/axis_font.h"
#include "ui/theme/theme.h"

#include <array>
#include <cmath>

namespace earshot {

void stylePlot(QCustomPlot& plot, const QWidget& widget)
{
    const QPalette& palette = widget.palette();
    const QColor text = mutedText(palette);
    QColor line = text, grid = text;
    line.setAlphaF(0.6F);
    grid.setAlphaF(0.18F);
    plot.setBackground(QBrush(Qt::transparent));
    plot.setBufferDevicePixelRatio(widget.devicePixelRatioF());
    plot.axisRect()->setBackground(palette.color(QPalette::Base));
    plot.axisRect()->setupFullAxesBox();
    for (QCPAxis* axis : plot.axisRect()->axes()) {
        axis->setBasePen(QPen(line, 1));
        axis->setTickPen(QPen(line, 1));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(text);
        axis->setLabelColor(text);
        axis->setTickLabelFont(smallerFont(widget.font()));
        axis->setLabelFont(smallerFont(widget.font()));
        axis->setTickLength(0, 3);
        axis->setTickLabelPadding(3);
        axis->setLabelPadding(1);
        axis->grid()->setPen(QPen(grid, 1));
        axis->grid()->setZeroLinePen(QPen(grid, 1));
    }
    plot.xAxis2->setTicks(false);
    plot.yAxis2->setTicks(false);
}

QString NumberTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    return QString::number(tick, 'g', 6).replace('-', QChar(0x2212));
}

double DecadeTicker::getTickStep(const QCPRange&)
{
    return 1;
}

int DecadeTicker::getSubTickCount(double)
{
    return 0;
}

QString DecadeTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    return QString::number(tick, 'g', 3);
}

QVector<double> DecadeTicker::createTickVector(double, const QCPRange& range)
{
    constexpr double fewDecades = 2.2;
    constexpr std::array digits = {1.0, 2.0, 5.0};
    QVector<double> ticks;
    if (!(range.lower > 0))
        return ticks;
    const double first = std::floor(std::log10(range.lower));
    const double last = std::ceil(std::log10(range.upper));
    const bool isNarrow = std::log10(range.upper / range.lower) < fewDecades;
    const double step = std::max(1.0, std::floor((last - first) / 4));
    for (double exponent = first; exponent <= last; exponent += isNarrow ? 1 : step)
        for (const double digit : digits)
            if (isNarrow || digit == 1)
                ticks.push_back(digit * std::pow(10.0, exponent));
    return ticks;
}

} // namespace earshot
