// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/elided_text.h"

#include <QComboBox>

namespace earshot {

// A narrow choice of long names: the current one has an ellipsis for what there is no room for, the
// list is as wide as its longest.
class ElidedComboBox : public QComboBox
{
    Q_OBJECT

public:
    explicit ElidedComboBox(Elision elision = Elision::End, QWidget* parent = nullptr);

    void showPopup() override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Elision m_elision;
};

} // namespace earshot
