// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_charts.h"

#include "app/cli/report_page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace earshot {

namespace {

// In units of the drawing.
constexpr double width = 720;
constexpr double left = 150;
constexpr double right = 150;
constexpr double top = 12;
constexpr double rowHeight = 26;
constexpr double bottom = 44;
constexpr double dotRadius = 3;
constexpr double scatterHeight = 300;

std::string coordinate(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

void addText(HtmlWriter& page, double x, double y, const std::string& text, const char* anchor,
             const char* kind = "")
{
    page.add(
        "text", text,
        {{"x", coordinate(x)}, {"y", coordinate(y)}, {"text-anchor", anchor}, {"class", kind}});
}

void addLine(HtmlWriter& page, double x1, double y1, double x2, double y2, const char* kind,
             double thickness = 1)
{
    page.addEmpty("line", {{"x1", coordinate(x1)},
                           {"y1", coordinate(y1)},
                           {"x2", coordinate(x2)},
                           {"y2", coordinate(y2)},
                           {"class", kind},
                           {"stroke-width", coordinate(thickness)}});
}

void addDot(HtmlWriter& page, double x, double y, const char* kind, const std::string& name)
{
    page.open("circle", {{"cx", coordinate(x)},
                         {"cy", coordinate(y)},
                         {"r", coordinate(dotRadius)},
                         {"class", kind}});
    if (!name.empty())
        page.add("title", name);
    page.close();
}

void openChart(HtmlWriter& page, double height, const std::string& description)
{
    page.open("svg", {{"viewBox", "0 0 " + coordinate(width) + " " + coordinate(height)},
                      {"role", "img"},
                      {"aria-label", description}});
}

// A step of 1, 2 or 5 times a power of ten, some six of which make the span.
double tickStep(double span)
{
    const double raw = span / 6;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (raw <= factor * power)
            return factor * power;
    return 10 * power;
}

// 0.01, 1, 100, 10⁶
std::string powerText(int power)
{
    static const char* const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    if (power <= 4)
        return numberText(std::pow(10, power), std::max(0, -power));
    std::string text = "10";
    for (const char digit : std::to_string(power))
        text += digits[digit - '0'];
    return text;
}

struct Axis
{
    double low;
    double high;
    double at(double value) const
    {
        return left + (value - low) / (high - low) * (width - left - right);
    }
};

void addRow(HtmlWriter& page, const StripRow& row, const Axis& axis, double y)
{
    addText(page, left - 12, y + 4, row.name, "end");
    std::size_t beyond = 0;
    float farthest = 0;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
        const float value = row.values[i];
        if (value >= axis.low && value <= axis.high) {
            // Side by side, so that equal ones are seen.
            const double shift = 4 * (static_cast<double>(i % 3) - 1);
            addDot(page, axis.at(value), y + shift, "dot", "");
            continue;
        }
        ++beyond;
        if (!(std::abs(value) <= std::abs(farthest)))
            farthest = value;
    }
    if (beyond > 0)
        addText(page, width - right + 8, y + 4,
                std::to_string(beyond) + " beyond, to " + numberText(farthest, 0), "start",
                "label");
}

} // namespace

void addStripChart(HtmlWriter& page, std::span<const float> quantiles,
                   const std::vector<StripRow>& rows, const std::string& axisName,
                   const std::string& description)
{
    const double least = quantiles.front();
    const double largest = quantiles.back();
    const double margin = std::max(1e-6, 0.5 * (largest - least));
    const Axis axis{least - margin, largest + margin};
    const double height = top + rowHeight * static_cast<double>(rows.size() + 1) + bottom;
    openChart(page, height, description);
    const double floor = height - bottom;
    const double step = tickStep(axis.high - axis.low);
    for (double tick = std::ceil(axis.low / step) * step; tick <= axis.high; tick += step) {
        addLine(page, axis.at(tick), top, axis.at(tick), floor, "grid");
        addText(page, axis.at(tick), floor + 16, numberText(tick, step < 1 ? 1 : 0), "middle",
                "label");
    }
    const double y = top + rowHeight / 2;
    const std::size_t last = quantiles.size() - 1;
    addText(page, left - 12, y + 4, "all real music", "end");
    addLine(page, axis.at(quantiles[last / 1000]), y, axis.at(quantiles[last - last / 1000]), y,
            "real", 2);
    addLine(page, axis.at(quantiles[last / 4]), y, axis.at(quantiles[3 * last / 4]), y, "real", 9);
    for (std::size_t i = 0; i < rows.size(); ++i)
        addRow(page, rows[i], axis, y + rowHeight * static_cast<double>(i + 1));
    addLine(page, left, floor, width - right, floor, "axis");
    addText(page, left + (width - left - right) / 2, floor + 34, axisName, "middle", "label");
    page.close();
}

void addScatter(HtmlWriter& page, const std::vector<ScatterPoint>& points, const std::string& xAxis,
                const std::string& yAxis, const std::string& description)
{
    double low = 1e300;
    double high = 0;
    for (const ScatterPoint& point : points)
        if (std::isfinite(point.x) && point.x > 0) {
            low = std::min(low, point.x);
            high = std::max(high, point.x);
        }
    if (high <= 0)
        return;
    const Axis axis{std::floor(std::log10(low)),
                    std::max(std::ceil(std::log10(high)), std::floor(std::log10(low)) + 1)};
    openChart(page, scatterHeight, description);
    const double floor = scatterHeight - bottom;
    const double ceiling = top + rowHeight; // below the name of the axis
    const auto atY = [&](double share) { return floor - share * (floor - ceiling); };
    for (double power = axis.low; power <= axis.high; ++power) {
        addLine(page, axis.at(power), ceiling, axis.at(power), floor, "grid");
        addText(page, axis.at(power), floor + 16, powerText(static_cast<int>(power)), "middle",
                "label");
    }
    for (int percent = 0; percent <= 100; percent += 25) {
        addLine(page, left, atY(percent / 100.0), width - right, atY(percent / 100.0), "grid");
        addText(page, left - 8, atY(percent / 100.0) + 4, std::to_string(percent) + " %", "end",
                "label");
    }
    for (const ScatterPoint& point : points)
        if (std::isfinite(point.x) && point.x > 0 && std::isfinite(point.y))
            addDot(page, axis.at(std::log10(point.x)), atY(point.y),
                   point.isMarked ? "chosen" : "dot", point.name);
    addLine(page, left, floor, width - right, floor, "axis");
    addText(page, left + (width - left - right) / 2, floor + 34, xAxis, "middle", "label");
    addText(page, left, top + 4, yAxis, "middle", "label");
    page.close();
}

} // namespace earshot
