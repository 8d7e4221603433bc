// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/qcustomplot.h"

class QPalette;
class QWidget;

namespace earshot {

// Grounds, axes, numbers and grid of a plot in a widget's palette, font and pixel ratio; asks for
// no replot. For every plot of the window, and again whenever one of the three changes.
void stylePlot(QCustomPlot& plot, const QWidget& widget);

// Plain numbers with a true minus sign, about as many as asked for by setTickCount.
class NumberTicker : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;
};

// 1, 2 and 5 of each decade while there are few decades, else powers of ten only.
class DecadeTicker : public QCPAxisTicker
{
protected:
    double getTickStep(const QCPRange& range) override;
    int getSubTickCount(double tickStep) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;
    QVector<double> createTickVector(double tickStep, const QCPRange& range) override;
};

} // namespace earshot
