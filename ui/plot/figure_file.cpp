// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/figure_file.h"

#include "core/util/atomic_file.h"
#include "core/util/error.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

namespace earshot {

namespace {

constexpr double cssPixelsPerInch = 96;
constexpr int pixelsPerCssPixel = 2; // of PNG files

void drawOnWhite(QPainter& painter, const Drawing& drawing)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::LosslessImageRendering);
    painter.fillRect(QRect(QPoint(0, 0), drawing.size), Qt::white);
    drawing.draw(painter);
}

void writePng(QBuffer& buffer, const Drawing& drawing)
{
    QImage image(drawing.size * pixelsPerCssPixel, QImage::Format_RGB32);
    image.setDevicePixelRatio(pixelsPerCssPixel);
    QPainter painter(&image);
    drawOnWhite(painter, drawing);
    painter.end();
    image.save(&buffer, "PNG");
}

void writeSvg(QBuffer& buffer, const Drawing& drawing)
{
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(static_cast<int>(cssPixelsPerInch));
    generator.setSize(drawing.size);
    generator.setViewBox(QRect(QPoint(0, 0), drawing.size));
    generator.setTitle(drawing.title);
    generator.setDescription(drawing.description);
    QPainter painter(&generator);
    drawOnWhite(painter, drawing);
}

void writePdf(QBuffer& buffer, const Drawing& drawing)
{
    constexpr double pointsPerInch = 72;
    constexpr int resolution = 288; // exact thirds and quarters of a CSS pixel
    QPdfWriter writer(&buffer);
    writer.setResolution(resolution);
    writer.setPageSize(QPageSize(QSizeF(drawing.size) * pointsPerInch / cssPixelsPerInch,
                                 QPageSize::Point, QString(), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    writer.setTitle(drawing.title);
    QPainter painter(&writer);
    painter.scale(resolution / cssPixelsPerInch, resolution / cssPixelsPerInch);
    drawOnWhite(painter, drawing);
}

} // namespace

QFont drawingFont(int pixelSize, QFont::Weight weight)
{
    QFont font("sans-serif");
    font.setStyleHint(QFont::SansSerif);
    font.setPixelSize(pixelSize);
    font.setWeight(weight);
    return font;
}

void writeDrawing(const Drawing& drawing, const QString& path)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    const auto write = ending == "png"   ? writePng
                       : ending == "svg" ? writeSvg
                       : ending == "pdf" ? writePdf
                                         : nullptr;
    if (write == nullptr)
        throw badInput(path.toStdString(), "has an ending that no figure can be written as",
                       ".png, .svg or .pdf",
                       ending.isEmpty() ? "none" : ('.' + ending).toStdString());
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    write(buffer, drawing);
    const QByteArray& bytes = buffer.data();
    if (bytes.isEmpty())
        throw cannotWrite(path.toStdString(), "the figure cannot be made");
    writeFileAtomically(QFile::encodeName(path).toStdString(),
                        {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

} // namespace earshot
