// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_page.h"

#include "core/audio/audio_file.h"
#include "core/audio/wav_bytes.h"
#include "core/io/png.h"
#include "core/listen/level_matching.h"
#include "core/train/report_text.h"
#include "core/util/colour_tables.h"
#include "core/util/mapped_file.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace earshot {

namespace {

constexpr double largestPlainNumber = 1e5;

const char* classOf(CellKind kind)
{
    switch (kind) {
    case CellKind::Text:
        return "text";
    case CellKind::Published:
        return "published";
    case CellKind::Sound:
        return "sound";
    case CellKind::Number:
        break;
    }
    return "number";
}

// An interval goes on a smaller line of its own, as a detail does.
void addText(HtmlWriter& page, const std::string& text, const ReportCell& cell)
{
    const std::size_t interval = cell.kind == CellKind::Number ? text.find(" (") : text.npos;
    page.text(text.substr(0, interval));
    if (interval != text.npos)
        page.add("span", text.substr(interval + 1), {{"class", "detail"}});
    if (!cell.detail.empty())
        page.add("span", cell.detail, {{"class", "detail"}});
}

void addCell(HtmlWriter& page, const ReportCell& cell)
{
    page.open("td", {{"class", classOf(cell.kind)}});
    if (cell.kind == CellKind::Sound && !cell.sound.empty())
        addSound(page, cell.sound, cell.text);
    else
        addText(page, cell.kind == CellKind::Sound || cell.text.empty() ? "–" : cell.text, cell);
    page.close();
}

} // namespace

void addTable(HtmlWriter& page, const std::string& caption, const std::vector<std::string>& columns,
              const std::vector<std::vector<ReportCell>>& rows)
{
    page.open("div", {{"class", "wide"}}).open("table").add("caption", caption);
    page.open("thead").open("tr");
    for (const std::string& column : columns)
        page.add("th", column, {{"scope", "col"}});
    page.close().close().open("tbody");
    for (const std::vector<ReportCell>& row : rows) {
        page.open("tr").open("th", {{"scope", "row"}});
        addText(page, row.front().text, {{}, CellKind::Text, {}, row.front().detail});
        page.close();
        for (std::size_t i = 1; i < row.size(); ++i)
            addCell(page, row[i]);
        page.close();
    }
    page.close().close().close();
}

void addSound(HtmlWriter& page, const std::filesystem::path& file, const std::string& name)
{
    if (file.empty())
        return;
    const AudioData audio = readAudioFile(file);
    addSound(page, audio.samples.values(), audio.sampleRateHz, name);
}

void addSound(HtmlWriter& page, std::span<const float> samples, double sampleRateHz,
              const std::string& name)
{
    std::vector<float> matched(samples.begin(), samples.end());
    const float gain = matchingGain(samples).gain;
    for (float& sample : matched)
        sample *= gain;
    const std::vector<std::byte> bytes =
        wavBytes(matched, static_cast<std::uint32_t>(std::lround(sampleRateHz)));
    page.open("audio", {{"controls", "controls"},
                        {"preload", "none"},
                        {"aria-label", name},
                        {"title", name},
                        {"src", dataUri("audio/wav", bytes)}})
        .close();
}

void addSpectrogram(HtmlWriter& page, std::span<const float> mel, std::size_t bands,
                    std::pair<double, double> range, const std::string& description)
{
    static const std::vector<RgbColour> palette = [] {
        std::vector<RgbColour> colours;
        for (const std::uint32_t colour : magmaTable)
            colours.push_back({static_cast<std::uint8_t>(colour >> 16),
                               static_cast<std::uint8_t>(colour >> 8 & 255),
                               static_cast<std::uint8_t>(colour & 255)});
        return colours;
    }();
    const std::size_t frames = mel.size() / bands;
    Matrix<std::uint8_t> pixels(bands, frames);
    for (std::size_t frame = 0; frame < frames; ++frame)
        for (std::size_t band = 0; band < bands; ++band) {
            const double share = (static_cast<double>(mel[frame * bands + band]) - range.first) /
                                 (range.second - range.first);
            pixels(bands - 1 - band, frame) = static_cast<std::uint8_t>(
                std::isfinite(share) ? std::clamp(255 * share, 0.0, 255.0) : 0);
        }
    page.addEmpty("img", {{"class", "mel"},
                          {"alt", description},
                          {"src", dataUri("image/png", indexedPng(pixels, palette))}});
}

void addPicture(HtmlWriter& page, const std::filesystem::path& file, const std::string& description)
{
    const MappedFile bytes(file);
    page.addEmpty(
        "img",
        {{"class", "drawn"}, {"alt", description}, {"src", dataUri("image/png", bytes.bytes())}});
}

std::string numberText(double value, int digits)
{
    if (std::isinf(value))
        return value > 0 ? "∞" : "−∞";
    std::string text = fixedText(value, digits);
    if (std::abs(value) >= largestPlainNumber) {
        char exponential[32];
        std::snprintf(exponential, sizeof exponential, "%.3g", value);
        text = exponential;
    }
    return text.starts_with('-') ? "−" + text.substr(1) : text;
}

std::string distanceText(const Estimate& distance)
{
    constexpr int mostDigits = 7;
    const bool isSmall = distance.value > 0 && distance.value < 0.1;
    const int digits =
        isSmall ? std::min(1 - static_cast<int>(std::floor(std::log10(distance.value))), mostDigits)
                : 2;
    return estimateText(distance, digits);
}

std::string estimateText(const Estimate& estimate, int digits)
{
    if (std::isnan(estimate.value))
        return "–";
    if (std::isnan(estimate.low))
        return numberText(estimate.value, digits);
    return numberText(estimate.value, digits) + " (" + numberText(estimate.low, digits) + " to " +
           numberText(estimate.high, digits) + ")";
}

const char* const reportStyle = R"(:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1c1e21; --quiet: #5a6068; --line: #d5d9de; --band: #f3f5f7;
  --accent: #1f5fa8; --mark: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #e6e8ea; --quiet: #a0a7af; --line: #3a3f45; --band: #1f2327;
    --accent: #7db3ee; --mark: #f2938c;
  }
}
body { background: var(--paper); color: var(--ink); margin: 0 auto; padding: 2rem 1.25rem 4rem;
  max-width: 68rem; font: 16px/1.55 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 2.75rem 0 .5rem; padding-top: .75rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.75rem 0 .25rem; }
p, ul, nav, dl { max-width: 46rem; }
a { color: var(--accent); }
.lead { font-size: 1.1rem; }
.quiet, caption, figcaption { color: var(--quiet); font-size: .9rem; }
.note { border-left: 3px solid var(--accent); padding: .25rem 0 .25rem .9rem; }
.verdict { border-left: 3px solid var(--mark); padding: .25rem 0 .25rem .9rem; }
.wide { overflow-x: auto; margin: 1rem 0 1.5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; min-width: 50%; }
caption { caption-side: top; text-align: left; padding-bottom: .5rem; max-width: 46rem; }
th, td { padding: .35rem .7rem; text-align: right; vertical-align: middle; font-size: .92rem;
  border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; }
th[scope=row], th:first-child, td.text { text-align: left; font-weight: 500; }
td.text { font-weight: 400; }
tbody tr:hover { background: var(--band); }
td.published { color: var(--quiet); font-style: italic; }
audio { width: 9.5rem; height: 2rem; vertical-align: middle; }
figure { margin: 1rem 0 1.5rem; }
figcaption { max-width: 46rem; margin-bottom: .5rem; }
.pictures { display: grid; gap: .75rem; overflow-x: auto; justify-content: start; }
.clip { display: flex; gap: .75rem; align-items: center; margin: .35rem 0; font-size: .9rem; }
.clip audio { flex: none; }
td.number { white-space: nowrap; }
.detail { display: block; color: var(--quiet); font-size: .82rem; font-weight: 400; }
.picture { font-size: .85rem; }
.picture .mel { display: block; width: 100%; min-width: 7.5rem; aspect-ratio: 115/80;
  image-rendering: pixelated; border-radius: 3px; }
.picture audio { width: 100%; min-width: 7.5rem; }
img.drawn { max-width: 100%; background: #fff; }
svg { max-width: 46rem; width: 100%; height: auto; display: block; }
svg text { fill: var(--ink); font-size: 12px; font-family: inherit; }
svg .axis { stroke: var(--quiet); }
svg .grid { stroke: var(--line); }
svg .real { fill: var(--quiet); stroke: var(--quiet); }
svg .dot { fill: var(--accent); fill-opacity: .6; }
svg .chosen { fill: var(--mark); }
svg .label { fill: var(--quiet); }
dt { font-weight: 500; } dd { margin: 0 0 .5rem; color: var(--quiet); overflow-wrap: anywhere; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  audio, nav { display: none; }
  .wide, .pictures { overflow: visible; }
  table, figure, h2, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; }
}
)";

} // namespace earshot
