// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace earshot {

// A read-only or writable view of a row-major [rows, columns] block without gaps. Owns nothing.
template <typename T>
class MatrixView
{
public:
    MatrixView() = default;
    MatrixView(T* data, std::size_t rows, std::size_t columns)
        : m_data(data)
        , m_rows(rows)
        , m_columns(columns)
    {
    }
    // A writable view converts to a read-only one.
    operator MatrixView<const T>() const { return {m_data, m_rows, m_columns}; }

    std::size_t rows() const { return m_rows; }
    std::size_t columns() const { return m_columns; }
    std::size_t size() const { return m_rows * m_columns; }
    bool empty() const { return size() == 0; }
    T* data() const { return m_data; }
    std::span<T> row(std::size_t index) const
    {
        assert(index < m_rows);
        return {m_data + index * m_columns, m_columns};
    }
    T& operator()(std::size_t row, std::size_t column) const
    {
        assert(row < m_rows && column < m_columns);
        return m_data[row * m_columns + column];
    }
    std::span<T> values() const { return {m_data, size()}; }
    // Rows [first, first + count).
    MatrixView slice(std::size_t first, std::size_t count) const
    {
        assert(first + count <= m_rows);
        return {m_data + first * m_columns, count, m_columns};
    }

private:
    T* m_data = nullptr;
    std::size_t m_rows = 0;
    std::size_t m_columns = 0;
};

// Owns a row-major [rows, columns] block.
template <typename T>
class Matrix
{
public:
    Matrix() = default;
    Matrix(std::size_t rows, std::size_t columns, T value = {})
        : m_values(rows * columns, value)
        , m_rows(rows)
        , m_columns(columns)
    {
    }
    // values.size() must be rows·columns.
    Matrix(std::vector<T> values, std::size_t rows, std::size_t columns)
        : m_values(std::move(values))
        , m_rows(rows)
        , m_columns(columns)
    {
        assert(m_values.size() == rows * columns);
    }

    std::size_t rows() const { return m_rows; }
    std::size_t columns() const { return m_columns; }
    std::size_t size() const { return m_values.size(); }
    bool empty() const { return m_values.empty(); }
    T* data() { return m_values.data(); }
    const T* data() const { return m_values.data(); }
    MatrixView<T> view() { return {data(), m_rows, m_columns}; }
    MatrixView<const T> view() const { return {data(), m_rows, m_columns}; }
    operator MatrixView<const T>() const { return view(); }
    std::span<T> row(std::size_t index) { return view().row(index); }
    std::span<const T> row(std::size_t index) const { return view().row(index); }
    T& operator()(std::size_t row, std::size_t column) { return view()(row, column); }
    const T& operator()(std::size_t row, std::size_t column) const { return view()(row, column); }
    std::span<T> values() { return m_values; }
    std::span<const T> values() const { return m_values; }

private:
    std::vector<T> m_values;
    std::size_t m_rows = 0;
    std::size_t m_columns = 0;
};

} // namespace earshot
