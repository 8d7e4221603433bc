// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/matrix.h"

#include <QtTest>

#include <numeric>

using namespace earshot;

namespace {

// 0…11 as [3, 4].
Matrix<int> twelve()
{
    std::vector<int> values(12);
    std::iota(values.begin(), values.end(), 0);
    return {std::move(values), 3, 4};
}

std::vector<int> list(std::span<const int> values)
{
    return {values.begin(), values.end()};
}

} // namespace

class TestMatrix : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isRowMajor()
    {
        const Matrix<int> matrix = twelve();
        QCOMPARE(matrix.rows(), std::size_t(3));
        QCOMPARE(matrix.columns(), std::size_t(4));
        QCOMPARE(matrix(0, 3), 3);
        QCOMPARE(matrix(2, 1), 9);
        QCOMPARE(list(matrix.row(1)), (std::vector<int>{4, 5, 6, 7}));
        QCOMPARE(matrix.data() + 9, &matrix(2, 1));
    }

    void isFilled()
    {
        QCOMPARE(list(Matrix<int>(2, 2).values()), (std::vector<int>{0, 0, 0, 0}));
        QCOMPARE(list(Matrix<int>(1, 2, 7).values()), (std::vector<int>{7, 7}));
    }

    void viewsShareTheValues()
    {
        Matrix<int> matrix = twelve();
        const MatrixView<int> view = matrix.view();
        view(1, 0) = -1;
        view.row(2)[3] = -2;
        QCOMPARE(matrix(1, 0), -1);
        QCOMPARE(matrix(2, 3), -2);
        const MatrixView<const int> readOnly = view;
        QCOMPARE(&readOnly(1, 0), &matrix(1, 0));
        QCOMPARE(readOnly.size(), std::size_t(12));
    }

    void sliceIsSomeRows()
    {
        const Matrix<int> matrix = twelve();
        const MatrixView<const int> slice = matrix.view().slice(1, 2);
        QCOMPARE(slice.rows(), std::size_t(2));
        QCOMPARE(list(slice.values()), (std::vector<int>{4, 5, 6, 7, 8, 9, 10, 11}));
        QVERIFY(matrix.view().slice(3, 0).empty());
    }

    void copiesAreTheirOwn()
    {
        Matrix<int> matrix = twelve();
        Matrix<int> copy = matrix;
        copy(0, 0) = 99;
        QCOMPARE(matrix(0, 0), 0);
    }

    void emptyHasNoValues()
    {
        QVERIFY(Matrix<int>().empty());
        QVERIFY(MatrixView<int>().values().empty());
        const Matrix<int> noColumns(3, 0);
        QVERIFY(noColumns.empty());
        QCOMPARE(noColumns.rows(), std::size_t(3));
        QVERIFY(noColumns.row(2).empty());
    }
};

QTEST_APPLESS_MAIN(TestMatrix)
#include "tst_matrix.moc"
