// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFile>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <filesystem>
#include <stdexcept>

namespace earshot {

// A folder that goes with the test, and what lies in it.
class TestFolder
{
public:
    QString name(const QString& file) const { return m_folder.filePath(file); }
    std::filesystem::path path(const QString& file) const { return name(file).toStdString(); }
    // Names of everything in the folder, hidden files too.
    QStringList entries() const
    {
        return QDir(m_folder.path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    }
    void write(const QString& file, const QByteArray& bytes) const
    {
        QFile output(name(file));
        if (!output.open(QIODevice::WriteOnly) || output.write(bytes) != bytes.size())
            throw std::runtime_error("the test cannot write " + file.toStdString());
    }
    QByteArray read(const QString& file) const
    {
        QFile input(name(file));
        if (!input.open(QIODevice::ReadOnly))
            throw std::runtime_error("the test cannot read " + file.toStdString());
        return input.readAll();
    }

private:
    QTemporaryDir m_folder;
};

} // namespace earshot
