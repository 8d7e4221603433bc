// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// A table read from a CSV file (RFC 4180: quotes, doubled quotes, CRLF or LF; a UTF-8 byte order
// mark is skipped). The first line names the columns. Error (BadInput) with the line for a row of
// another length.
class CsvTable
{
public:
    static CsvTable readFile(const std::filesystem::path& path);
    static CsvTable parse(std::string_view text, std::string source);

    const std::vector<std::string>& columns() const { return m_columns; }
    std::size_t rows() const { return m_rows.size(); }
    bool hasColumn(std::string_view column) const;
    // Error (BadInput) if there is no such column.
    const std::string& text(std::size_t row, std::string_view column) const;
    // Error (BadInput) naming the line if the field is not a finite number.
    double number(std::size_t row, std::string_view column) const;

private:
    std::string m_source;
    std::vector<std::string> m_columns;
    std::vector<std::vector<std::string>> m_rows;
    std::vector<std::size_t> m_lines;
};

// Builds CSV text; writeFile() writes it atomically. Numbers have as many digits as restore them
// exactly (float32: std::to_chars shortest); non-finite numbers are "nan".
class CsvWriter
{
public:
    explicit CsvWriter(const std::vector<std::string>& columns);
    CsvWriter& add(std::string_view text); // next field of the row; quoted where needed
    CsvWriter& add(double value);
    CsvWriter& add(float value);
    CsvWriter& add(std::size_t value);
    CsvWriter& add(int value);
    void endRow();
    const std::string& text() const { return m_text; }
    void writeFile(const std::filesystem::path& path) const;

private:
    std::string m_text;
    bool m_rowStarted = false;
};

} // namespace earshot
