// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace earshot {

// Why an operation failed; decides the exit code of the command line (BadInput: 2, the others: 1).
enum class ErrorKind
{
    BadInput,    // a file, expression or number given by the user is not usable
    CannotWrite, // an output cannot be written
    Failed,      // everything else: a device, an internal limit
};

// The one error type of the project. Adapters translate the errors of libraries into it at the
// boundary; it is caught once at the worker and once per user action.
class Error : public std::runtime_error
{
public:
    // subject: the file, expression or value concerned (empty: none). whatFailed: "cannot be read".
    // expected, found: both empty where there is nothing to compare.
    // what() reads "'SUBJECT': WHAT FAILED: expected EXPECTED, found FOUND".
    Error(ErrorKind kind, std::string subject, std::string whatFailed, std::string expected = {},
          std::string found = {});

    ErrorKind kind() const { return m_kind; }
    const std::string& subject() const { return m_subject; }

private:
    ErrorKind m_kind;
    std::string m_subject;
};

// Short forms of the two common kinds.
Error badInput(std::string subject, std::string whatFailed, std::string expected = {},
               std::string found = {});
Error cannotWrite(std::string subject, std::string whatFailed);
// The same error as one of the file whose part it is about, "'FILE': 'steps': is out of range …";
// unchanged if its subject names the file already.
Error inFile(const std::string& file, const Error& error);

} // namespace earshot
