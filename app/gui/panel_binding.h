// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/focus.h"

#include "ui/panels/evidence_panel.h"

#include <QObject>

#include <vector>

class QTimer;
class QUndoStack;

namespace earshot {

class CurvesView;
class DistributionsView;
class NetworkTree;
class ResponseBox;
class SettingsPanel;

// The widgets around the middle that show and choose responses, settings and evidence.
struct Panels
{
    NetworkTree& tree;
    ResponseBox& responseBox;
    SettingsPanel& settings;
    EvidencePanel& evidence;
    CurvesView& curves;
    DistributionsView& distributions;
};

// Keeps them as session and focus are. Tree and response box are one value. GUI thread.
class PanelBinding : public QObject
{
    Q_OBJECT

public:
    PanelBinding(Session& session, Focus& focus, RealGallery& gallery, const Panels& panels,
                 QUndoStack& undo, QObject* parent = nullptr);

    // Takes what is typed in the fields, as Enter does. False if it is no response: then the field
    // says why.
    bool commitFields();

Q_SIGNALS:
    void deviceChosen(DeviceChoice device);

private:
    void connectNetwork();
    void leaveResponseBox();
    void connectSettings();
    ExplainSettings asRecommended(const ExplainSettings& edited) const;
    void connectResults();
    void showNetwork();
    void showDevices();
    void updateEvidence();
    void updateCurves();
    void updateDistributions();
    DirectionEvidence evidenceOf(Direction direction) const;
    void addHeard(DirectionEvidence& evidence, const Explanation& explanation,
                  Direction direction) const;
    void addWitness(DirectionEvidence& evidence, const Explanation& explanation,
                    Direction direction) const;

    Session& m_session;
    Focus& m_focus;
    RealGallery& m_gallery;
    Panels m_panels;
    QUndoStack& m_undo;
    std::vector<DeviceChoice> m_devices; // in the order of the panel's choice
    QTimer* m_curvesTimer;
};

} // namespace earshot
