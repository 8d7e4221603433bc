// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/error.h"

#include <QString>

#include <utility>

namespace earshot {

// What a call that must fail says: "bad input: 'FILE': …", "cannot write: …" or "failed: …";
// "nothing thrown" if it doesn't fail. Anything but an Error ends the test.
template <typename Call>
QString failureOf(Call&& call)
{
    try {
        call();
    } catch (const Error& error) {
        const QString text = QString::fromUtf8(error.what());
        switch (error.kind()) {
        case ErrorKind::BadInput:
            return "bad input: " + text;
        case ErrorKind::CannotWrite:
            return "cannot write: " + text;
        case ErrorKind::Failed:
            return "failed: " + text;
        }
    }
    return "nothing thrown";
}

// The message where it must be of kind BadInput; empty if it is of another kind or nothing thrown.
template <typename Call>
QString badInputOf(Call&& call)
{
    const QString text = failureOf(std::forward<Call>(call));
    return text.startsWith("bad input: ") ? text.mid(11) : QString();
}

} // namespace earshot
