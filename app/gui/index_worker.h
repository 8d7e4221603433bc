// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/mailbox.h"
#include "core/corpus/index_builder.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <memory>
#include <thread>

namespace earshot {

class Explainer;

struct IndexRequest
{
    std::shared_ptr<const Explainer> explainer;
    std::filesystem::path folder; // of music
    std::filesystem::path index;  // the file to be made, or brought up to date
};

// buildIndex on a thread of its own that makes way for everything else, with signals on the GUI
// thread; one at a time.
class IndexWorker : public QObject
{
    Q_OBJECT

public:
    explicit IndexWorker(QObject* parent = nullptr);
    // Stops and waits: 100 ms, or for the sync of a big index that is just written, which may take
    // seconds. The finished songs are kept.
    ~IndexWorker() override;

    // Only while nothing runs.
    void start(IndexRequest request);
    // Keeps the finished songs. Does not block.
    void requestStop();
    // From start() until finished or failed was emitted.
    bool isRunning() const { return m_isRunning; }

Q_SIGNALS:
    void progressed(const earshot::Progress& progress);
    void finished(const earshot::IndexSummary& summary); // also after a stop
    void failed(const QString& what);

private:
    void work(const IndexRequest& request, std::stop_token stop);

    bool m_isRunning = false;
    Mailbox m_deliveries;
    std::jthread m_thread; // last: ends before the rest goes
};

} // namespace earshot
