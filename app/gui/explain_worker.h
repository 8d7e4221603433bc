// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/mailbox.h"
#include "core/explain/explainer.h"
#include "core/explain/explanation.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <memory>
#include <string>

namespace earshot {

class ExplainRunner;
struct OwnMusic;

// What an explanation is asked for.
struct ExplainRequest
{
    std::shared_ptr<const Explainer> explainer;
    std::string response; // canonical
    ExplainSettings settings;
    int focus = 0;                         // the start that is computed first
    std::shared_ptr<const OwnMusic> music; // to compare with; null: the bundle's
};

// ExplainRunner with signals, on the GUI thread; one run at a time. What comes from a run that is
// not the newest is dropped.
class ExplainWorker : public QObject
{
    Q_OBJECT

public:
    explicit ExplainWorker(QObject* parent = nullptr);
    ~ExplainWorker() override;

    // Only while nothing runs.
    void start(const ExplainRequest& request);
    void requestStop();
    // From start() until one of finished, failed and aborted was emitted.
    bool isRunning() const { return m_isRunning; }

Q_SIGNALS:
    void progressed(const std::shared_ptr<const earshot::ExplainProgress>& progress);
    void finished(const std::shared_ptr<const earshot::Explanation>& explanation);
    void failed(const QString& what);
    void aborted();

private:
    template <typename Handler>
    void deliver(std::uint64_t run, Handler handler);

    std::uint64_t m_run = 0; // the newest
    bool m_isRunning = false;
    Mailbox m_deliveries;
    std::unique_ptr<ExplainRunner> m_runner; // last: its thread ends before the rest goes
};

} // namespace earshot
