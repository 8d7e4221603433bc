// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace earshot {

// One line of plain text that ends in an ellipsis where there is no room for all of it. It is as
// wide as it is given; text() stays whole.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace earshot
