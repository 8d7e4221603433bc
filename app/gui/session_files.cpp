// SPDX-License-Identifier: GPL-3.0-or-later
//
// Session: what is read from files and written to them.
#include "app/gui/background_queue.h"
#include "app/gui/session.h"
#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/util/error.h"
#include "ui/panels/settings_panel.h"

#include <optional>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr const char* resultEnding = ".earshot";

bool isOfThese(const Models& models, const ModelHashes& made)
{
    const ModelHashes hashes = models.hashes();
    return made.classifier == hashes.classifier && made.generator == hashes.generator;
}

// What came with the classifier, if it was made with these very models, and by these settings where
// some are named.
std::optional<Explanation> shippedResult(const Models& models, const std::string& response,
                                         const ExplainSettings* settings = nullptr)
{
    const fs::path file = shippedExplanation(models, response);
    std::error_code error;
    if (!fs::exists(file, error))
        return {};
    Explanation explanation = readExplanation(file);
    if (explanation.response != response || !isOfThese(models, hashesOf(explanation)) ||
        (settings != nullptr && !isSame(explanation.settings, *settings)))
        return {};
    models.explainer->restoreMels(explanation);
    return explanation;
}

// Of every such explanation. A damaged one speaks up when it is shown.
QStringList shippedResponses(const Models& models)
{
    QStringList names;
    std::error_code error;
    for (const fs::directory_entry& entry :
         fs::directory_iterator(shippedExplanation(models, {}).parent_path(), error)) {
        if (entry.path().extension() != resultEnding)
            continue;
        try {
            const SafetensorsFile file(entry.path());
            const Json hashes =
                Json::parse(file.metadataValue("sha256"), entry.path().string() + ": sha256");
            if (isOfThese(models, {hashes.text("classifier"), hashes.text("generator")}))
                names += QString::fromStdString(file.metadataValue("response"));
        } catch (const Error&) {
            continue;
        }
    }
    return names;
}

} // namespace

// Beside the results of the same models.
fs::path Session::adoptedFile() const
{
    const fs::path key = ResultStore::key(m_models->hashes(), {}, {});
    return m_resultsFolder / key.parent_path() / "recommended.json";
}

void Session::readAdopted()
{
    m_adopted.clear();
    try {
        m_adopted = readAdoptedSettings(adoptedFile());
    } catch (const Error& error) {
        // Not written over by the next setting.
        const fs::path file = adoptedFile();
        std::error_code ignored;
        fs::rename(file, file.string() + ".damaged", ignored);
        Q_EMIT failed(tr("%1. It was renamed to end in .damaged; recommended settings begin anew.")
                          .arg(QString::fromUtf8(error.what())));
    }
}

void Session::adopt(const std::string& response, const Adoptions& adoptions)
{
    if (!m_models)
        return;
    if (adoptions.empty())
        m_adopted.erase(response);
    else
        m_adopted.insert_or_assign(response, adoptions);
    m_files->post(
        "adopt",
        [settings = m_adopted, file = adoptedFile()](std::stop_token) {
            writeAdoptedSettings(settings, file);
            return BackgroundQueue::Delivery();
        },
        BackgroundQueue::Closing::Perform);
    if (response != m_response)
        return;
    m_adoptedHere = adoptions;
    Q_EMIT adoptedChanged();
}

void Session::loadStored(bool anySettings)
{
    m_files->post("stored", [this, store = m_store, models = m_models, response = m_response,
                             settings = m_settings, anySettings, hashes = this->hashes(),
                             finishedRuns = m_finishedRuns](std::stop_token) {
        std::optional<Explanation> found = store->load(hashes, response, settings);
        // The same question: what came with the classifier answers it, and wholly.
        if ((!found || found->end == RunEnd::Stopped) && hashes == models->hashes())
            if (std::optional<Explanation> shipped = shippedResult(*models, response, &settings))
                found = std::move(shipped);
        if (!found && anySettings)
            found = store->newest(hashes, response);
        // Compared with other music, but not worth nothing: it says so.
        if (const ModelHashes own = models->hashes(); !found && anySettings && own != hashes) {
            found = store->load(own, response, settings);
            if (!found)
                found = store->newest(own, response);
        }
        if (!found && anySettings)
            found = shippedResult(*models, response);
        std::shared_ptr<const Explanation> result;
        if (found)
            result = std::make_shared<const Explanation>(std::move(*found));
        return [this, models, response, result, hashes, finishedRuns,
                problems = store->takeProblems()] {
            for (const std::string& problem : problems)
                Q_EMIT failed(QString::fromStdString(problem));
            if (!problems.empty())
                refreshExplained(); // damaged ones are known now
            // A run that has finished meanwhile is newer than what was stored.
            if (result && finishedRuns == m_finishedRuns && models == m_models &&
                response == m_response && hashes == this->hashes() && m_openedFile.empty())
                setExplanation(result);
        };
    });
}

void Session::keep(const std::shared_ptr<const Explanation>& explanation)
{
    m_files->post(
        "keep " +
            ResultStore::key(hashesOf(*explanation), explanation->response, explanation->settings),
        [this, store = m_store, explanation](std::stop_token) {
            store->save(*explanation);
            return [this] { refreshExplained(); };
        },
        BackgroundQueue::Closing::Perform);
}

void Session::refreshExplained()
{
    m_files->post("list", [this, store = m_store, models = m_models,
                           hashes = this->hashes()](std::stop_token) {
        QStringList names = shippedResponses(*models);
        for (const ModelHashes& one : {models->hashes(), hashes})
            for (const ResultStore::Entry& entry : store->list(one))
                names += QString::fromStdString(entry.response);
        names.removeDuplicates();
        return [this, models, names] {
            if (models != m_models || names == m_explained)
                return;
            m_explained = names;
            Q_EMIT explainedResponsesChanged();
        };
    });
}

void Session::open(const fs::path& file)
{
    m_files->post("open", [this, file, models = m_models](std::stop_token) {
        Explanation read = readExplanation(file);
        if (read.settings.space == SearchSpace::Input)
            throw badInput(file.string(), "cannot be shown in the window",
                           "an explanation in the generator's latents (Eq. 2)",
                           "one of the spectrogram itself (Eq. 1), which has no latents for the "
                           "dial; earshot --render draws it");
        if (models)
            models->explainer->restoreMels(read);
        auto explanation = std::make_shared<const Explanation>(std::move(read));
        return [this, file, explanation, models] {
            if (m_models && m_models != models)
                return open(file); // its spectrograms are made with what was loaded meanwhile
            if (!m_models) {
                Q_EMIT failed(tr("%1 cannot be shown: no models are loaded")
                                  .arg(QString::fromStdString(file.string())));
                return;
            }
            try {
                const ResponseExpression expression =
                    m_models->explainer->parse(explanation->response);
                m_real = m_models->explainer->realResponsesOf(expression);
                setResponse(expression.canonical());
            } catch (const Error& error) {
                Q_EMIT failed(tr("%1 belongs to another classifier: %2")
                                  .arg(QString::fromStdString(file.string()),
                                       QString::fromUtf8(error.what())));
                return;
            }
            m_openedFile = file;
            Q_EMIT opened(QString::fromStdString(file.string()));
            const ExplainSettings own = std::exchange(m_settings, explanation->settings);
            Q_EMIT responseChanged();
            Q_EMIT adoptedChanged();
            if (!isSame(own, m_settings))
                Q_EMIT settingsOpened(own);
            Q_EMIT settingsChanged();
            Q_EMIT runChanged();
            setExplanation(explanation);
        };
    });
}

void Session::saveAs(const fs::path& file)
{
    if (!m_explanation)
        return;
    m_files->post(
        "save as " + file.string(), // another file waiting is written too
        [this, file, explanation = m_explanation](std::stop_token) {
            writeExplanation(*explanation, file);
            return BackgroundQueue::Delivery(
                [this, file] { Q_EMIT saved(QString::fromStdString(file.string())); });
        },
        BackgroundQueue::Closing::Perform);
}

} // namespace earshot
