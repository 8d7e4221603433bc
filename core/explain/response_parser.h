// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/response_expression.h"

#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// Reads one expression by recursive descent; parseResponse's implementation.
class ResponseParser
{
public:
    ResponseParser(std::string_view text, std::span<const LayerDescription> layers)
        : m_text(text)
        , m_layers(layers)
    {
    }
    std::vector<ResponseTerm> parse();

private:
    // What a part of an expression stands for: constant + Σ terms.
    struct Linear
    {
        double constant = 0;
        std::vector<ResponseTerm> terms;
    };
    struct Name
    {
        std::string text;
        std::size_t position = 0;
        bool isQuoted = false;
    };
    struct Index
    {
        std::int64_t value = 0;
        std::size_t position = 0;
    };

    Linear sum();
    Linear product();
    Linear factor();
    Linear negated();
    Linear parenthesised();
    Linear number();
    Linear reference();
    Linear function(std::string_view name);
    Linear unit(const Name& name);

    Name layerName();
    std::vector<Index> indices();
    Index index();
    const LayerDescription& layer(const Name& name) const;
    void checkIndex(const LayerDescription& layer, std::size_t axis, const Index& index) const;

    void skipSpaces();
    char peek(); // the next character that is no space; '\0' at the end
    bool accept(char symbol);
    void expect(char symbol, std::string_view purpose);
    std::string found(); // the next symbol, in words
    [[noreturn]] void fail(std::size_t position, std::string what, std::string expected,
                           std::string found = {}) const;

    std::string_view m_text;
    std::span<const LayerDescription> m_layers;
    std::size_t m_position = 0;
    int m_depth = 0;
};

// A layer's name as an expression has to write it: quoted unless it is a plain name.
std::string spelledLayer(std::string_view name);
// Shortest decimal text that reads back as the same number.
std::string spelledNumber(double value);

} // namespace earshot
