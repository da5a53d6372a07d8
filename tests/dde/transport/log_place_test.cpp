// SPDX-License-Identifier: Apache-2.0
#include "tests/dde/transport/log_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QDir>

#include <sys/stat.h>

// What lies under the name of a session log, and is none that can be trusted.

namespace tellwire::transport {
namespace {

using testing::HasSubstr;

/// A session that nobody has entered yet.
struct EmptySession
{
    ScratchSession session;

    QByteArray path() const { return session.logPath(1).toUtf8(); }

    Result<std::unique_ptr<SessionLog>> open() const
    {
        return SessionLog::open(session.directory(), realSystemCalls(), 1);
    }

    /// Why the log could not be opened; empty if it could.
    std::string refusal() const
    {
        const auto log = open();
        if (log)
            return {};
        EXPECT_EQ(log.error().code, ErrorCode::AccessDenied);
        return log.error().detail.toStdString();
    }
};

TEST(ASessionLog, IsNotALink)
{
    const EmptySession empty;
    QFile elsewhere{empty.session.basePath() + QStringLiteral("/elsewhere")};
    ASSERT_TRUE(elsewhere.open(QIODevice::WriteOnly));
    ASSERT_TRUE(elsewhere.link(QString::fromUtf8(empty.path())));

    EXPECT_THAT(empty.refusal(), HasSubstr(empty.path().toStdString() + " is a link, a pipe or a directory"));
    EXPECT_EQ(elsewhere.size(), 0);
}

TEST(ASessionLog, IsNoPipe)
{
    const EmptySession empty;
    ASSERT_EQ(::mkfifo(empty.path().constData(), 0600), 0);

    EXPECT_THAT(empty.refusal(), HasSubstr("end the programs of the session and remove it"));
}

TEST(ASessionLog, IsNoDirectory)
{
    const EmptySession empty;
    ASSERT_EQ(::mkdir(empty.path().constData(), 0700), 0);

    EXPECT_THAT(empty.refusal(), HasSubstr(empty.path().toStdString() + " is a link, a pipe or a directory"));
}

TEST(ASessionLog, BelongsToNobodyElse)
{
    const EmptySession empty;
    ASSERT_TRUE(empty.open());
    if (::chown(empty.path().constData(), 12345, 12345) != 0)
        GTEST_SKIP() << "only the superuser can give a file away";

    EXPECT_THAT(empty.refusal(), HasSubstr(empty.path().toStdString() + " is not a file of this user"));
}

TEST(ASessionLog, IsClosedToOthers)
{
    const EmptySession empty;
    ASSERT_TRUE(empty.open());
    ASSERT_EQ(::chmod(empty.path().constData(), 0622), 0);

    EXPECT_THAT(empty.refusal(), HasSubstr("run: chmod 600 " + empty.path().toStdString()));
}

} // namespace
} // namespace tellwire::transport
