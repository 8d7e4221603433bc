// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json.h"

#include "core/io/json_fault.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"
#include "core/util/mapped_file.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace earshot {

using Value = nlohmann::ordered_json;

// The value with the document and the path it was read from, for errors.
struct Json::Impl
{
    Value value;
    std::string source;
    std::string path;

    std::string where(std::string_view key) const
    {
        return path.empty() ? std::string(key) : path + "." + std::string(key);
    }

    [[noreturn]] void failAsNot(const std::string& expected) const
    {
        const std::string text = value.dump(-1, ' ', false, Value::error_handler_t::replace);
        throw badInput(source, "has a wrong value" + (path.empty() ? "" : " at '" + path + "'"),
                       expected, excerpt(text));
    }
};

namespace {

Value finite(double value)
{
    return std::isfinite(value) ? Value(value) : Value(nullptr);
}

} // namespace

Json::Json()
    : m_impl(std::make_unique<Impl>())
{
}
Json::Json(bool value)
    : Json()
{
    m_impl->value = value;
}
Json::Json(int value)
    : Json()
{
    m_impl->value = value;
}
Json::Json(std::int64_t value)
    : Json()
{
    m_impl->value = value;
}
Json::Json(double value)
    : Json()
{
    m_impl->value = finite(value);
}
Json::Json(const char* value)
    : Json()
{
    m_impl->value = value;
}
Json::Json(std::string value)
    : Json()
{
    m_impl->value = std::move(value);
}
Json::Json(const Json& other)
    : m_impl(std::make_unique<Impl>(*other.m_impl))
{
}
// A moved-from value is null.
Json::Json(Json&& other) noexcept
    : Json()
{
    std::swap(m_impl, other.m_impl);
}
Json& Json::operator=(const Json& other)
{
    *m_impl = Impl(*other.m_impl);
    return *this;
}
Json& Json::operator=(Json&& other) noexcept
{
    std::swap(m_impl, other.m_impl);
    return *this;
}
Json::~Json() = default;

Json Json::object()
{
    Json json;
    json.m_impl->value = Value::object();
    return json;
}

Json Json::object(std::initializer_list<std::pair<std::string, Json>> members)
{
    Json json = object();
    for (const auto& [key, value] : members)
        json.m_impl->value[key] = value.m_impl->value;
    return json;
}

Json Json::array()
{
    Json json;
    json.m_impl->value = Value::array();
    return json;
}

Json Json::array(std::span<const double> values)
{
    Json json = array();
    for (const double value : values)
        json.m_impl->value.push_back(finite(value));
    return json;
}

Json Json::array(std::span<const float> values)
{
    Json json = array();
    for (const float value : values)
        json.m_impl->value.push_back(finite(value));
    return json;
}

Json Json::array(std::span<const std::string> values)
{
    Json json = array();
    for (const std::string& value : values)
        json.m_impl->value.push_back(value);
    return json;
}

Json Json::parse(std::string_view text, std::string source)
{
    if (const std::optional<JsonFault> fault = faultInJson(text))
        throw badInput(source, "cannot be read at " + fault->place(), fault->expected,
                       fault->found);
    Json json;
    json.m_impl->value = Value::parse(text);
    json.m_impl->source = std::move(source);
    return json;
}

Json Json::readFile(const std::filesystem::path& path)
{
    const MappedFile file(path);
    const auto bytes = file.bytes();
    return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

std::string Json::dump(int indent) const
{
    return m_impl->value.dump(indent, ' ', false, Value::error_handler_t::replace);
}

void Json::writeFile(const std::filesystem::path& path) const
{
    writeFileAtomically(path, dump() + "\n");
}

bool Json::isNull() const
{
    return m_impl->value.is_null();
}

bool Json::contains(std::string_view key) const
{
    return m_impl->value.is_object() && m_impl->value.contains(std::string(key));
}

Json Json::at(std::string_view key) const
{
    if (!contains(key))
        throw badInput(m_impl->source, "lacks a value", "'" + m_impl->where(key) + "'",
                       m_impl->value.is_object() ? "none" : m_impl->value.type_name());
    Json member;
    member.m_impl->value = m_impl->value[std::string(key)];
    member.m_impl->source = m_impl->source;
    member.m_impl->path = m_impl->where(key);
    return member;
}

Json Json::at(std::size_t index) const
{
    const std::string key = "[" + std::to_string(index) + "]";
    if (!m_impl->value.is_array() || index >= m_impl->value.size())
        throw badInput(m_impl->source, "lacks a value", "'" + m_impl->path + key + "'",
                       m_impl->value.is_array() ? std::to_string(m_impl->value.size()) + " elements"
                                                : m_impl->value.type_name());
    Json element;
    element.m_impl->value = m_impl->value[index];
    element.m_impl->source = m_impl->source;
    element.m_impl->path = m_impl->path + key;
    return element;
}

std::string Json::text(std::string_view key) const
{
    return at(key).text();
}

double Json::number(std::string_view key) const
{
    return at(key).number();
}

std::int64_t Json::integer(std::string_view key) const
{
    const Json member = at(key);
    const Value& value = member.m_impl->value;
    const bool isTooLarge =
        value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX};
    if (!value.is_number_integer() || isTooLarge)
        member.m_impl->failAsNot("a whole number of at most 64 bits");
    return value.get<std::int64_t>();
}

bool Json::boolean(std::string_view key) const
{
    const Json member = at(key);
    if (!member.m_impl->value.is_boolean())
        member.m_impl->failAsNot("true or false");
    return member.m_impl->value.get<bool>();
}

std::vector<double> Json::numbers(std::string_view key) const
{
    const Json list = at(key);
    if (!list.m_impl->value.is_array())
        list.m_impl->failAsNot("a list of numbers");
    std::vector<double> values;
    for (std::size_t i = 0; i < list.size(); ++i)
        values.push_back(list.at(i).number());
    return values;
}

std::vector<std::string> Json::texts(std::string_view key) const
{
    const Json list = at(key);
    if (!list.m_impl->value.is_array())
        list.m_impl->failAsNot("a list of texts");
    std::vector<std::string> values;
    for (std::size_t i = 0; i < list.size(); ++i)
        values.push_back(list.at(i).text());
    return values;
}

std::string Json::text() const
{
    if (!m_impl->value.is_string())
        m_impl->failAsNot("a text");
    return m_impl->value.get<std::string>();
}

double Json::number() const
{
    if (m_impl->value.is_null()) // how a non-finite number is written
        return std::nan("");
    if (!m_impl->value.is_number())
        m_impl->failAsNot("a number");
    return m_impl->value.get<double>();
}

std::size_t Json::size() const
{
    if (!m_impl->value.is_structured())
        m_impl->failAsNot("a list or an object");
    return m_impl->value.size();
}

std::vector<std::string> Json::keys() const
{
    if (!m_impl->value.is_object())
        m_impl->failAsNot("an object");
    std::vector<std::string> names;
    for (const auto& [key, value] : m_impl->value.items())
        names.push_back(key);
    return names;
}

void Json::set(std::string key, Json value)
{
    m_impl->value[std::move(key)] = std::move(value.m_impl->value);
}

void Json::append(Json value)
{
    m_impl->value.push_back(std::move(value.m_impl->value));
}

} // namespace earshot
