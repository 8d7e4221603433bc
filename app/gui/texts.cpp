// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/texts.h"

#include "app/gui/music_index.h"
#include "app/gui/notices.h"
#include "app/gui/session.h"
#include "app/shipped_models.h"
#include "core/explain/response_parser.h"
#include "core/util/error.h"
#include "ui/panels/settings_panel.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int shownHashLetters = 4;

QString tr(const char* text)
{
    return QCoreApplication::translate("Texts", text);
}

QString shortHash(const std::string& hash)
{
    return QString::fromStdString(hash).left(shownHashLetters);
}

// Which one the settings are, taken last or before.
std::optional<AdoptedSetting> adoptedAs(const ExplainSettings& settings, const Adoptions& adopted)
{
    const auto found =
        std::find_if(adopted.rbegin(), adopted.rend(), [&](const AdoptedSetting& one) {
            return adoptedFor({one}, settings.directions) &&
                   sameCourse(settings, recommendedSettings(settings, {one}));
        });
    return found == adopted.rend() ? std::nullopt : std::optional(*found);
}

QString presetText(const ExplainSettings& settings, const Adoptions& adopted)
{
    if (const auto setting = adoptedAs(settings, adopted)) {
        if (settings.directions != Directions::Both)
            return tr("recommended for this unit");
        return setting->direction == Direction::Positive
                   ? tr("recommended for this unit (positive search)")
                   : tr("recommended for this unit (negative search)");
    }
    const std::optional<Preset> preset = presetOf(settings);
    if (!preset)
        return tr("by hand");
    switch (*preset) {
    case Preset::Recommended:
        return tr("recommended");
    case Preset::C1:
        return tr("Paper C1");
    case Preset::C2:
        return tr("Paper C2");
    case Preset::C3:
        return tr("Paper C3");
    }
    return {};
}

// For a POSIX shell.
QString quoted(QString text)
{
    return '\'' + text.replace('\'', QStringLiteral("'\\''")) + '\'';
}

bool isShipped(const char* name, const std::filesystem::path& folder)
{
    try {
        return shippedModel(name) == folder;
    } catch (const Error&) { // none came with the program
        return false;
    }
}

// Else the last step is taken, and the command line refuses to be asked for another.
bool canMeasureDistance(const Session& session)
{
    const auto explanation = session.explanation();
    if (explanation && !session.progress())
        return hasDistances(*explanation);
    return session.realResponses() && session.shownSettings().examples > 1;
}

// The file of the music that what is shown was compared with; empty: the training music.
std::string indexOf(const Session& session)
{
    const auto explanation = session.explanation();
    if (explanation && !session.progress())
        return hashesOf(*explanation).music.empty() ? std::string()
                                                    : explanation->record.at("index").text("file");
    return session.music() && session.realResponses() ? session.music()->index.path().string()
                                                      : std::string();
}

} // namespace

QString headingOf(const Session& session)
{
    QString text = QString::fromStdString(session.response());
    const ModelDescription& classifier = session.models()->explainer->classifier();
    // The output neuron has a name.
    const LayerDescription& last = session.models()->explainer->layers().back();
    std::string output = last.name;
    if (output.ends_with(".act"))
        output.resize(output.size() - 4);
    if (session.response() == output + "[0]" && !classifier.label.empty())
        text += QStringLiteral("  “%1”").arg(QString::fromStdString(classifier.label));
    return text;
}

QString belongsToOf(const Session& session)
{
    const ModelDescription& classifier = session.models()->explainer->classifier();
    const ModelDescription& generator = session.models()->explainer->generator();
    std::string classifierHash = classifier.sha256;
    std::string generatorHash = generator.sha256;
    const auto explanation = session.explanation();
    if (explanation && !session.progress()) {
        const Json hashes = explanation->record.at("sha256");
        classifierHash = hashes.text("classifier");
        generatorHash = hashes.text("generator");
    }
    QStringList parts{QString::fromStdString(classifier.name) + ' ' + shortHash(classifierHash),
                      QString::fromStdString(generator.name) + ' ' + shortHash(generatorHash)};
    if (explanation || session.progress())
        parts += presetText(session.shownSettings(), session.adopted());
    if (explanation && !session.progress())
        if (const QString made = differenceText(explanation->settings, session.settings());
            !made.isEmpty())
            parts += tr("made with other settings: %1").arg(made);
    if (!session.openedFile().empty())
        parts += QString::fromStdString(session.openedFile().filename().string());
    return parts.join(QStringLiteral(" · "));
}

QString provenanceOf(const Session& session)
{
    const auto explanation = session.explanation();
    if (!explanation)
        return tr("Nothing is explained yet");
    const Json& record = explanation->record;
    QStringList lines;
    if (!session.openedFile().empty())
        lines += QString::fromStdString(session.openedFile().string());
    lines +=
        tr("classifier %1").arg(QString::fromStdString(record.at("sha256").text("classifier")));
    lines += tr("generator %1").arg(QString::fromStdString(record.at("sha256").text("generator")));
    lines += settingsText(explanation->settings, session.adopted());
    if (const auto adopted = adoptedAs(explanation->settings, session.adopted()))
        lines += adopted->direction == Direction::Positive
                     ? tr("chosen by a search for the positive explanation")
                     : tr("chosen by a search for the negative explanation");
    if (record.contains("index"))
        lines += tr("compared with the music of %1")
                     .arg(QString::fromStdString(record.at("index").text("folder")));
    lines += tr("on %1").arg(QString::fromStdString(record.text("device")));
    return lines.join('\n');
}

QString settingsText(const ExplainSettings& settings, const Adoptions& adopted)
{
    if (settings.space == SearchSpace::Input)
        return tr("input space (Eq. 1): learning rate %1, %2 steps, seed %3")
            .arg(settings.learningRate)
            .arg(settings.steps)
            .arg(settings.seed);
    return tr("%1: learning rate %2, prior weight %3, %4 steps, seed %5")
        .arg(presetText(settings, adopted))
        .arg(settings.learningRate)
        .arg(settings.priorWeight)
        .arg(settings.steps)
        .arg(settings.seed);
}

QString cellName(Cell cell)
{
    switch (cell) {
    case Cell::Negative:
        return tr("negative");
    case Cell::Start:
        return tr("start");
    case Cell::Positive:
        return tr("positive");
    case Cell::Real:
        return tr("real");
    }
    return {};
}

QString cellHelp(Cell cell)
{
    switch (cell) {
    case Cell::Negative:
        return tr("The start, pushed until the response is low");
    case Cell::Start:
        return tr("A random piece of what the generator knows: where both explanations begin");
    case Cell::Positive:
        return tr("The start, pushed until the response is high");
    case Cell::Real:
        return tr("A real excerpt, of the training music or of yours, with one of the highest or "
                  "lowest responses");
    }
    return {};
}

QString timeText(double seconds)
{
    const long tenths = std::lround(10 * seconds);
    return QStringLiteral("%1:%2")
        .arg(tenths / 600)
        .arg(static_cast<double>(tenths % 600) / 10, 4, 'f', 1, '0');
}

QString durationText(double seconds)
{
    const long whole = std::lround(seconds);
    if (whole < 90)
        return tr("%1 s").arg(whole);
    if (whole < 5400)
        return tr("%1 min").arg((whole + 30) / 60);
    return tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

QString indexingText(const IndexRun& run)
{
    QString text = QString::fromStdString(run.stage);
    if (text.endsWith(','))
        text.chop(1);
    if (text.isEmpty())
        text = tr("looking for sound files");
    text[0] = text[0].toUpper();
    if (run.secondsLeft)
        text += tr(" · %1 left").arg(durationText(*run.secondsLeft));
    return text;
}

QString attributionOf(const RealExample& example)
{
    QStringList lines;
    const QString title = QString::fromStdString(example.title);
    lines += example.artist.empty()
                 ? title
                 : tr("%1: %2").arg(QString::fromStdString(example.artist), title);
    lines += tr("1.7 s from %1").arg(timeText(example.timeSeconds));
    if (!example.licence.empty())
        lines += QString::fromStdString(example.licence);
    if (!example.source.empty())
        lines += QString::fromStdString(example.source);
    return lines.join('\n');
}

QString commandLineOf(const Session& session)
{
    const ExplainSettings& settings = session.shownSettings();
    QStringList words{QStringLiteral("earshot-cli explain --response"),
                      quoted(QString::fromStdString(session.response()))};
    const char* const directions[] = {"positive", "negative", "both"};
    words += QStringLiteral("--direction %1 --examples %2 --seed %3")
                 .arg(directions[static_cast<int>(settings.directions)])
                 .arg(settings.examples)
                 .arg(settings.seed);
    if (const std::optional<Preset> preset = presetOf(settings)) {
        const char* const names[] = {"recommended", "C1", "C2", "C3"};
        words += QStringLiteral("--preset %1").arg(names[static_cast<int>(*preset)]);
    } else {
        words += QStringLiteral("--steps %1 --learning-rate %2 --prior-weight %3")
                     .arg(settings.steps)
                     .arg(QString::fromStdString(spelledNumber(settings.learningRate)),
                          QString::fromStdString(spelledNumber(settings.priorWeight)));
        // Else numbers by hand mean the paper's raw response and last step.
        if (settings.scale == ResponseScale::Deviation)
            words += QStringLiteral("--response-scale deviation");
        if (settings.choice == StepChoice::SmallestDistance && canMeasureDistance(session))
            words += QStringLiteral("--step-choice smallest-distance");
    }
    const ModelRequest& request = session.models()->request;
    if (!isShipped(shippedClassifier, request.classifier))
        words += QStringLiteral("--classifier ") +
                 quoted(QString::fromStdString(request.classifier.string()));
    if (!isShipped(shippedGenerator, request.generator))
        words += QStringLiteral("--generator ") +
                 quoted(QString::fromStdString(request.generator.string()));
    if (const std::string index = indexOf(session); !index.empty())
        words += QStringLiteral("--index ") + quoted(QString::fromStdString(index));
    if (request.device == DeviceChoice::Cpu)
        words += QStringLiteral("--device cpu");
    return words.join(' ');
}

} // namespace earshot
