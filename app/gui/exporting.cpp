// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/exporting.h"

#include "core/explain/equations.h"
#include "core/explain/explanation_record.h"
#include "core/io/csv.h"

#include <QRegularExpression>

#include <cctype>
#include <limits>

namespace earshot {

namespace {

double at(const std::vector<double>& values, std::size_t index)
{
    return index < values.size() ? values[index] : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

void writeCurves(const Explanation& explanation, const std::filesystem::path& path)
{
    std::vector<std::string> header{"direction", "step", "frechet_distance", "gradient_norm",
                                    "mean"};
    for (const int example : explanation.examples)
        header.push_back("response_" + std::to_string(example));
    CsvWriter table(header);
    for (const auto& [direction, result] : explanation.directions)
        for (std::size_t step = 0; step < result.responses.rows(); ++step) {
            const std::span<const float> responses = result.responses.row(step);
            table.add(name(direction))
                .add(step)
                .add(at(result.distances, step))
                .add(at(result.gradientNorms, step))
                .add(sampleMoments(responses).mean);
            for (const float response : responses)
                table.add(response);
            table.endRow();
        }
    table.writeFile(path);
}

std::string exportName(const std::string& response, const QString& cell, int number,
                       const std::string& ending)
{
    const std::string text = std::to_string(number);
    return exportName(response,
                      cell.toStdString() + "_" + (text.size() < 2 ? "0" : "") + text + ending);
}

std::string exportName(const std::string& response, const std::string& ending)
{
    std::string name;
    for (const unsigned char letter : response)
        if (std::isalnum(letter) != 0)
            name += static_cast<char>(letter);
        else if (!name.empty() && name.back() != '_')
            name += '_';
    if (!name.empty() && name.back() != '_')
        name += '_';
    return name + ending;
}

QString withEnding(const QString& path, const std::string& name, const QString& filter)
{
    static const QRegularExpression pattern(QStringLiteral("\\*(\\.\\w+)"));
    for (auto found = pattern.globalMatch(filter); found.hasNext();)
        if (path.endsWith(found.next().captured(1), Qt::CaseInsensitive))
            return path;
    return path + QString::fromStdString(std::filesystem::path(name).extension().string());
}

} // namespace earshot
