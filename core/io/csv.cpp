// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"

#include "core/util/atomic_file.h"
#include "core/util/error.h"
#include "core/util/mapped_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace earshot {

namespace {

// Splits CSV text into records; tells each record's first line.
class Reader
{
public:
    Reader(std::string_view text, const std::string& source)
        : m_text(text)
        , m_source(source)
    {
        if (m_text.substr(0, 3) == "\xEF\xBB\xBF")
            m_text.remove_prefix(3);
    }

    bool atEnd() const { return m_position >= m_text.size(); }
    bool atEmptyLine() const
    {
        return !atEnd() && (m_text[m_position] == '\r' || m_text[m_position] == '\n');
    }
    std::size_t line() const { return m_line; }

    std::vector<std::string> record()
    {
        std::vector<std::string> fields;
        for (;;) {
            fields.push_back(field());
            if (atEnd())
                return fields;
            const char separator = m_text[m_position++];
            if (separator == ',')
                continue;
            if (separator == '\r' && !atEnd() && m_text[m_position] == '\n')
                ++m_position;
            ++m_line;
            return fields;
        }
    }

private:
    std::string field()
    {
        if (atEnd() || m_text[m_position] != '"') {
            const std::size_t end =
                std::min(m_text.find_first_of(",\r\n", m_position), m_text.size());
            std::string value(m_text.substr(m_position, end - m_position));
            m_position = end;
            return value;
        }
        const std::size_t firstLine = m_line;
        std::string value;
        for (++m_position; !atEnd(); ++m_position) {
            const char character = m_text[m_position];
            if (character == '"') {
                if (m_text.substr(m_position + 1, 1) != "\"") {
                    ++m_position;
                    if (!atEnd() && m_text.find_first_of(",\r\n", m_position) != m_position)
                        break;
                    return value;
                }
                ++m_position;
            }
            if (character == '\n')
                ++m_line;
            value += character;
        }
        throw badInput(m_source, "line " + std::to_string(firstLine) + " cannot be read",
                       "a closing quote before a comma or the end of the line", "none");
    }

    std::string_view m_text;
    const std::string& m_source;
    std::size_t m_position = 0;
    std::size_t m_line = 1;
};

template <typename Number>
std::string shortest(Number value)
{
    if (!std::isfinite(value))
        return "nan";
    char buffer[64];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
    return {buffer, result.ptr};
}

} // namespace

CsvTable CsvTable::readFile(const std::filesystem::path& path)
{
    const MappedFile file(path);
    const auto bytes = file.bytes();
    return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

CsvTable CsvTable::parse(std::string_view text, std::string source)
{
    CsvTable table;
    table.m_source = std::move(source);
    Reader reader(text, table.m_source);
    if (reader.atEnd())
        throw badInput(table.m_source, "is empty", "a line that names the columns", "nothing");
    table.m_columns = reader.record();
    while (!reader.atEnd()) {
        const std::size_t line = reader.line();
        const bool isEmptyLine = reader.atEmptyLine();
        std::vector<std::string> row = reader.record();
        if (isEmptyLine)
            continue;
        if (row.size() != table.m_columns.size())
            throw badInput(table.m_source, "line " + std::to_string(line) + " cannot be read",
                           std::to_string(table.m_columns.size()) + " fields",
                           std::to_string(row.size()));
        table.m_rows.push_back(std::move(row));
        table.m_lines.push_back(line);
    }
    return table;
}

bool CsvTable::hasColumn(std::string_view column) const
{
    return std::find(m_columns.begin(), m_columns.end(), column) != m_columns.end();
}

const std::string& CsvTable::text(std::size_t row, std::string_view column) const
{
    const auto found = std::find(m_columns.begin(), m_columns.end(), column);
    if (found == m_columns.end()) {
        std::string names;
        for (const std::string& known : m_columns)
            names += (names.empty() ? "" : ", ") + known;
        throw badInput(m_source, "has no such column", "'" + std::string(column) + "'", names);
    }
    return m_rows.at(row)[static_cast<std::size_t>(found - m_columns.begin())];
}

double CsvTable::number(std::size_t row, std::string_view column) const
{
    const std::string& field = text(row, column);
    double value = 0;
    const char* end = field.data() + field.size();
    const auto result = std::from_chars(field.data(), end, value);
    if (field.empty() || result.ec != std::errc() || result.ptr != end || !std::isfinite(value))
        throw badInput(m_source,
                       "line " + std::to_string(m_lines[row]) + ", column '" + std::string(column) +
                           "' cannot be read",
                       "a number", "'" + field + "'");
    return value;
}

CsvWriter::CsvWriter(const std::vector<std::string>& columns)
{
    for (const std::string& column : columns)
        add(column);
    endRow();
}

CsvWriter& CsvWriter::add(std::string_view text)
{
    const bool isFirst = !std::exchange(m_rowStarted, true);
    if (!isFirst)
        m_text += ',';
    // Unquoted, a row of one empty field would be an empty line, which readers skip.
    const bool needsQuotes =
        text.find_first_of(",\"\r\n") != std::string_view::npos || (text.empty() && isFirst);
    if (!needsQuotes) {
        m_text += text;
        return *this;
    }
    m_text += '"';
    for (const char character : text) {
        if (character == '"')
            m_text += '"';
        m_text += character;
    }
    m_text += '"';
    return *this;
}

CsvWriter& CsvWriter::add(double value)
{
    return add(std::string_view(shortest(value)));
}

CsvWriter& CsvWriter::add(float value)
{
    return add(std::string_view(shortest(value)));
}

CsvWriter& CsvWriter::add(std::size_t value)
{
    return add(std::string_view(std::to_string(value)));
}

CsvWriter& CsvWriter::add(int value)
{
    return add(std::string_view(std::to_string(value)));
}

void CsvWriter::endRow()
{
    m_text += '\n';
    m_rowStarted = false;
}

void CsvWriter::writeFile(const std::filesystem::path& path) const
{
    writeFileAtomically(path, m_text);
}

} // namespace earshot
