// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/palettes.h"

#include <QColor>
#include <QPalette>

namespace earshot {

namespace {

struct Colours
{
    QColor window, base, alternateBase, button, toolTip;
    QColor text, muted, disabled;
    QColor highlight, highlightedText;
    QColor light, midlight, mid, dark, shadow;
};

QPalette makePalette(const Colours& colours)
{
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, const QColor& colour) {
        palette.setColor(QPalette::All, role, colour);
    };
    set(QPalette::Window, colours.window);
    set(QPalette::WindowText, colours.text);
    set(QPalette::Base, colours.base);
    set(QPalette::AlternateBase, colours.alternateBase);
    set(QPalette::Text, colours.text);
    set(QPalette::PlaceholderText, colours.muted);
    set(QPalette::Button, colours.button);
    set(QPalette::ButtonText, colours.text);
    set(QPalette::BrightText, colours.highlightedText);
    set(QPalette::ToolTipBase, colours.toolTip);
    set(QPalette::ToolTipText, colours.text);
    set(QPalette::Highlight, colours.highlight);
    set(QPalette::HighlightedText, colours.highlightedText);
    set(QPalette::Link, colours.highlight);
    set(QPalette::LinkVisited, colours.highlight);
    set(QPalette::Light, colours.light);
    set(QPalette::Midlight, colours.midlight);
    set(QPalette::Mid, colours.mid);
    set(QPalette::Dark, colours.dark);
    set(QPalette::Shadow, colours.shadow);
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(QPalette::Disabled, role, colours.disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, colours.mid);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, colours.disabled);
    return palette;
}

} // namespace

QPalette lightPalette()
{
    return makePalette({.window = "#f3f4f6",
                        .base = "#ffffff",
                        .alternateBase = "#f8f9fa",
                        .button = "#eceef1",
                        .toolTip = "#ffffff",
                        .text = "#1c2026",
                        .muted = "#5c6470",
                        .disabled = "#9aa1ab",
                        .highlight = "#5450b8",
                        .highlightedText = "#ffffff",
                        .light = "#ffffff",
                        .midlight = "#f3f4f6",
                        .mid = "#cfd3d9",
                        .dark = "#a6acb5",
                        .shadow = "#70767f"});
}

QPalette darkPalette()
{
    return makePalette({.window = "#212429",
                        .base = "#181a1e",
                        .alternateBase = "#1d2024",
                        .button = "#2d3138",
                        .toolTip = "#2d3138",
                        .text = "#e4e7eb",
                        .muted = "#a0a8b3",
                        .disabled = "#6a717b",
                        .highlight = "#7773dc",
                        .highlightedText = "#ffffff",
                        .light = "#3d424a",
                        .midlight = "#343940",
                        .mid = "#3a3f47",
                        .dark = "#141619",
                        .shadow = "#0c0d0f"});
}

} // namespace earshot
