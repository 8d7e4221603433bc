// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/elided_text.h"

#include <QLabel>

namespace earshot {

// One line of plain text with an ellipsis for what there is no room for. It is as wide as it is
// given; text() stays whole.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(Elision elision = Elision::End, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Elision m_elision;
};

} // namespace earshot
