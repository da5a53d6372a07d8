// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QTemporaryDir>

namespace tellwire::test {

/// Where commands of the shell wait until a test lets them go on.
class Gate
{
public:
    Gate();
    ~Gate();
    Gate(const Gate &) = delete;
    Gate &operator=(const Gate &) = delete;

    QString waiting() const { return QStringLiteral("cat '%1'").arg(m_name); } ///< Does that, in the shell.

    bool isReached(); ///< A command waits now.
    void open();      ///< Lets it go on. Fails the test if none comes.

private:
    QTemporaryDir m_directory;
    QString m_name;
    int m_descriptor = -1; ///< Once it is reached.
};

} // namespace tellwire::test
