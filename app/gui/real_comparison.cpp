// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/real_comparison.h"

#include "app/gui/own_music.h"
#include "app/gui/session.h"
#include "core/explain/equations.h"
#include "core/explain/real_side.h"

#include <QCoreApplication>

#include <set>

namespace earshot {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("RealComparison", text);
}

} // namespace

bool isOfSameMusic(const Session& session, const Explanation& explanation)
{
    return hashesOf(explanation).music == session.hashes().music;
}

std::vector<double> distancesOf(const Session& session, const Explanation& explanation,
                                Direction direction)
{
    const DirectionResult& result = explanation.directions.at(direction);
    if (isOfSameMusic(session, explanation))
        return result.distances;
    const std::optional<RealResponses> real = session.realResponses();
    if (!real || result.responses.columns() < 2)
        return {};
    const RealSide side = realSide(*real, direction);
    if (side.responses.size() < 2)
        return {};
    const SampleMoments moments = sampleMoments(side.responses);
    std::vector<double> distances;
    for (std::size_t step = 0; step < result.responses.rows(); ++step)
        distances.push_back(frechetDistance(moments, sampleMoments(result.responses.row(step))));
    return distances;
}

QStringList realSideTexts(const Session& session, const std::vector<Direction>& directions)
{
    const std::optional<RealResponses> real = session.realResponses();
    if (!session.music() || !real || directions.empty())
        return {};
    QStringList sides;
    std::set<std::string> warnings;
    for (const Direction direction : directions) {
        const RealSide side = realSide(*real, direction);
        sides += QString::fromStdString(side.source);
        warnings.insert(side.warnings.begin(), side.warnings.end());
    }
    const std::string folder = session.music()->index.contents().folder.filename().string();
    QStringList texts{tr("Compared with %1: %2.")
                          .arg(QString::fromStdString(folder), sides.join(QStringLiteral("; ")))};
    for (const std::string& warning : warnings)
        texts += tr("Note: %1.").arg(QString::fromStdString(warning));
    if (!warnings.empty())
        texts += tr("To compare with more, add music to the folder and press F5.");
    return texts;
}

} // namespace earshot
