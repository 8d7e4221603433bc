// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/models.h"
#include "core/explain/settings.h"
#include "tests/app/tiny_models.h"
#include "tests/explain/real_responses_example.h"

#include <QCoreApplication>
#include <QTemporaryDir>

namespace earshot {

// Caches and settings of the test's own, instead of the user's. To be made before the application.
class OwnHome
{
public:
    OwnHome()
    {
        qputenv("XDG_CACHE_HOME", (m_folder.path() + "/cache").toLocal8Bit());
        qputenv("XDG_CONFIG_HOME", (m_folder.path() + "/config").toLocal8Bit());
        qputenv("EARSHOT_MODELS", (m_folder.path() + "/models").toLocal8Bit()); // none are there
        QCoreApplication::setOrganizationName("earshot");
        QCoreApplication::setApplicationName("earshot-test");
    }

    // Where the window keeps its results.
    std::filesystem::path results() const
    {
        return (m_folder.path() + "/cache/earshot/results").toStdString();
    }

private:
    QTemporaryDir m_folder;
};

// Bundles with random weights; of fc9[0] and fc8[0] it is known what real music does,
// and that its log-mels lie from −6 to 4.
class TinyWorld
{
public:
    TinyWorld()
    {
        writeRealResponses(m_models.classifier().toStdString() + "/responses.safetensors",
                           {{"fc9[0]", realExample(-5)}, {"fc8[0]", realExample(-2)}},
                           realExample(-6).quantiles);
        m_models.listResponses();
    }

    ModelRequest request() const
    {
        return {m_models.classifier().toStdString(),
                m_models.generator().toStdString(),
                DeviceChoice::Cpu,
                1,
                {}};
    }

    // As request() with a second classifier.
    ModelRequest requestWithWitness() const
    {
        ModelRequest request = this->request();
        request.witness = m_models.addWitness().toStdString();
        return request;
    }

private:
    TinyModels m_models;
};

// Two starts, three steps, and every step a picture of its own.
inline ExplainSettings tinySettings()
{
    ExplainSettings settings;
    settings.examples = 2;
    settings.steps = 3;
    settings.learningRate = 0.05;
    settings.scale = ResponseScale::Raw;
    settings.choice = StepChoice::Last;
    return settings;
}

// For QTRY_*_WITH_TIMEOUT: how long a loaded machine may take.
inline constexpr int patience = 240000;

} // namespace earshot
