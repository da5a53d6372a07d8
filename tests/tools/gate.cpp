// SPDX-License-Identifier: Apache-2.0
#include "tests/tools/gate.h"

#include "tests/support/eventually.h"

#include <gtest/gtest.h>

#include <QFile>

#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::test {

Gate::Gate() : m_name(m_directory.filePath(QStringLiteral("gate")))
{
    EXPECT_EQ(mkfifo(QFile::encodeName(m_name).constData(), 0600), 0);
}

Gate::~Gate()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

// A pipe that nobody reads cannot be opened for writing so.
bool Gate::isReached()
{
    if (m_descriptor < 0)
        m_descriptor = ::open(QFile::encodeName(m_name).constData(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    return m_descriptor >= 0;
}

void Gate::open()
{
    ASSERT_TRUE(eventually([this] { return isReached(); }));
    close(std::exchange(m_descriptor, -1));
}

} // namespace tellwire::test
