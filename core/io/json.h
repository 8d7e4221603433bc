// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace earshot {

// A JSON document (value semantics) that keeps the JSON library out of every header. Objects keep
// the order of insertion. Reading a missing key or a wrong type is an Error (BadInput) naming the
// document, the path of the key, the type expected and the type found. A non-finite number is
// written as null.
class Json
{
public:
    Json(); // null
    Json(bool value);
    Json(int value);
    Json(std::int64_t value);
    Json(double value);
    Json(const char* value);
    Json(std::string value);
    static Json object();
    static Json object(std::initializer_list<std::pair<std::string, Json>> members);
    static Json array();
    static Json array(std::span<const double> values);
    static Json array(std::span<const float> values);
    static Json array(std::span<const std::string> values);

    Json(const Json&);
    Json(Json&&) noexcept;
    Json& operator=(const Json&);
    Json& operator=(Json&&) noexcept;
    ~Json();

    // source names the document in errors. Error (BadInput) with line and column if it does not
    // parse, has a name twice in one object, or nests more than 100 levels.
    static Json parse(std::string_view text, std::string source);
    static Json readFile(const std::filesystem::path& path);
    // indent < 0: one line.
    std::string dump(int indent = 2) const;
    void writeFile(const std::filesystem::path& path) const; // atomically

    bool isNull() const;
    bool contains(std::string_view key) const;
    Json at(std::string_view key) const; // member of an object
    std::string text(std::string_view key) const;
    double number(std::string_view key) const;
    std::int64_t integer(std::string_view key) const; // 1.0 is none
    bool boolean(std::string_view key) const;
    std::vector<double> numbers(std::string_view key) const;
    std::vector<std::string> texts(std::string_view key) const;
    // This value itself.
    std::string text() const;
    double number() const;                 // null: NaN
    std::size_t size() const;              // of an array or object
    Json at(std::size_t index) const;      // element of an array
    std::vector<std::string> keys() const; // of an object, in order

    void set(std::string key, Json value); // replaces or appends
    void append(Json value);               // to an array

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace earshot
