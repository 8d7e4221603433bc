// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/error.h"

#include <utility>

namespace earshot {

namespace {

std::string sentence(const std::string& subject, const std::string& whatFailed,
                     const std::string& expected, const std::string& found)
{
    std::string text;
    if (!subject.empty())
        text += "'" + subject + "': ";
    text += whatFailed;
    if (!expected.empty())
        text += ": expected " + expected;
    if (!found.empty())
        text += (expected.empty() ? ": found " : ", found ") + found;
    return text;
}

} // namespace

Error::Error(ErrorKind kind, std::string subject, std::string whatFailed, std::string expected,
             std::string found)
    : std::runtime_error(sentence(subject, whatFailed, expected, found))
    , m_kind(kind)
    , m_subject(std::move(subject))
{
}

Error badInput(std::string subject, std::string whatFailed, std::string expected, std::string found)
{
    return Error(ErrorKind::BadInput, std::move(subject), std::move(whatFailed),
                 std::move(expected), std::move(found));
}

Error cannotWrite(std::string subject, std::string whatFailed)
{
    return Error(ErrorKind::CannotWrite, std::move(subject), std::move(whatFailed));
}

Error inFile(const std::string& file, const Error& error)
{
    return error.subject().starts_with(file) ? error : Error(error.kind(), file, error.what());
}

} // namespace earshot
