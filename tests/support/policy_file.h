// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QFile>
#include <QTemporaryDir>

#include <gtest/gtest.h>

namespace tellwire::test {

/// A policy that holds for all who join a session while it lives, in this process and in the peers it starts.
/// Thread: make and destroy it while no other thread runs, since it changes the environment.
class PolicyFile
{
public:
    explicit PolicyFile(const QByteArray &content)
    {
        write(content);
        qputenv("TELLWIRE_POLICY", path().toUtf8());
    }
    ~PolicyFile() { qunsetenv("TELLWIRE_POLICY"); }
    PolicyFile(const PolicyFile &) = delete;
    PolicyFile &operator=(const PolicyFile &) = delete;

    QString path() const { return m_directory.filePath(QStringLiteral("policy.json")); }

    void write(const QByteArray &content) const
    {
        QFile file{path()};
        EXPECT_TRUE(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        EXPECT_TRUE(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    }

private:
    QTemporaryDir m_directory;
};

} // namespace tellwire::test
