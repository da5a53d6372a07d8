// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/name_table.h"

#include "tests/dde/transport/log_test_support.h"

#include <gtest/gtest.h>

#include <vector>

namespace tellwire::transport {
namespace {

Format named(const QString &name) { return Format(QStringLiteral("application/x-") + name); }

Format named(int number) { return named(QString::number(number)); }

class CountsAppends final : public SystemCalls
{
public:
    ssize_t append(int file, const void *bytes, std::size_t length) override
    {
        ++count;
        return SystemCalls::append(file, bytes, length);
    }
    int count = 0;
};

TEST(ANameTable, NumbersFormatsInTheOrderOfTheirRegistration)
{
    const ScratchSession session;
    const auto log = session.log(1);
    NameTable table(*log);

    EXPECT_EQ(table.number(named(1)), FormatNumber{0xC000});
    EXPECT_EQ(table.number(named(2)), FormatNumber{0xC001});
    EXPECT_EQ(table.number(named(1)), FormatNumber{0xC000});
    EXPECT_EQ(table.all(), (QList<Format>{named(1), named(2)}));
}

TEST(ANameTable, KeepsTheFirstSpelling)
{
    const ScratchSession session;
    const auto log = session.log(1);
    NameTable table(*log);

    const auto first = table.number(named(QStringLiteral("Quote")));
    const auto second = table.number(named(QStringLiteral("QUOTE")));

    EXPECT_EQ(first, second);
    EXPECT_EQ(table.format(0xC000)->name(), QStringLiteral("application/x-Quote"));
}

TEST(ANameTable, LeavesFixedNumbersAlone)
{
    const ScratchSession session;
    CountsAppends calls;
    const auto log = session.log(1, SessionLog::defaultCompactionThreshold, calls);
    NameTable table(*log);
    calls.count = 0;

    const auto number = table.number(Format(QStringLiteral("#513")));

    EXPECT_EQ(number, FormatNumber{513});
    EXPECT_EQ(table.format(513), Format(QStringLiteral("#513")));
    EXPECT_EQ(calls.count, 0);
    EXPECT_TRUE(table.all().isEmpty());
}

TEST(ANameTable, AppendsEachNameOnce)
{
    const ScratchSession session;
    CountsAppends calls;
    const auto log = session.log(1, SessionLog::defaultCompactionThreshold, calls);
    NameTable table(*log);
    ASSERT_TRUE(table.number(named(1)));
    calls.count = 0;

    ASSERT_TRUE(table.number(named(1)));

    EXPECT_EQ(calls.count, 0);
}

TEST(ANameTable, KnowsWhatOthersRegisteredAfterAReplay)
{
    const ScratchSession session;
    const auto log = session.log(1);
    const auto otherLog = session.log(2);
    NameTable table(*log);
    NameTable other(*otherLog);
    const auto number = other.number(named(1));

    const auto before = table.format(*number);
    ASSERT_TRUE(log->replay());

    EXPECT_EQ(before, std::nullopt);
    EXPECT_EQ(table.format(*number), named(1));
    EXPECT_EQ(table.format(FormatNumber(*number + 1)), std::nullopt);
}

TEST(ANameTable, KeepsNumbersThroughACompaction)
{
    const ScratchSession session;
    const auto log = session.log(1, 4096);
    NameTable table(*log);
    for (int number = 0; number < 100; ++number)
        ASSERT_EQ(table.number(named(number)), FormatNumber(0xC000 + number));
    ASSERT_GT(log->figures().generation, 1U);

    const auto freshLog = session.log(2, 4096);
    NameTable fresh(*freshLog);

    EXPECT_EQ(fresh.all(), table.all());
    EXPECT_EQ(fresh.number(named(99)), FormatNumber(0xC000 + 99));
}

TEST(ANameTable, GivesNonsenseInTheLogItsNumberButNoFormat)
{
    const ScratchSession session;
    const auto log = session.log(1);
    ASSERT_TRUE(log->change({put("format/x", "no json"), put("format/y", "{\"name\": 3}")}));
    NameTable table(*log);

    EXPECT_EQ(table.number(named(1)), FormatNumber{0xC002});
    EXPECT_EQ(table.format(0xC000), std::nullopt);
    EXPECT_EQ(table.all(), QList<Format>{named(1)});
}

TEST(ANameTable, EndsAtTheLastNumber)
{
    const ScratchSession session;
    const auto log = session.log(1);
    NameTable table(*log);
    QList<LogChange> changes;
    for (int number = 0; number < maxRegisteredFormats; ++number)
        changes.append(
            add("format/" + QByteArray::number(number), "{\"name\":\"" + QByteArray::number(number) + "\"}"));
    ASSERT_TRUE(log->change(changes));

    const auto last = table.number(Format(QString::number(maxRegisteredFormats - 1)));
    const auto further = table.number(named(1));

    EXPECT_EQ(last, FormatNumber{0xFFFF});
    ASSERT_FALSE(further.has_value());
    EXPECT_EQ(further.error().code, ErrorCode::OutOfSpace);
}

TEST(ANameTable, AgreesBetweenProcessesThatRegisterTheSameNamesAtOnce)
{
    const ScratchSession session;
    std::vector<ForkedProcess> processes;

    for (quint64 peer = 1; peer <= 6; ++peer)
        processes.emplace_back([&session, peer] {
            const auto log = session.log(peer, 8192);
            NameTable table(*log);
            QByteArray seen;
            for (int step = 0; step < 100; ++step) {
                const int name = static_cast<int>((peer * 17 + static_cast<quint64>(step)) % 100);
                const auto number = table.number(named(name));
                if (!number)
                    return false;
                seen += QByteArray::number(name) + '=' + QByteArray::number(*number) + ' ';
            }
            return log->change(put("seen/" + QByteArray::number(peer), seen)).has_value();
        });
    for (ForkedProcess &process : processes)
        EXPECT_TRUE(process.succeeded());

    const auto log = session.log(100, 8192);
    NameTable table(*log);
    const auto reports = log->state().withPrefix("seen/");
    ASSERT_EQ(reports.size(), 6);
    for (const LogEntry &report : reports) {
        for (const QByteArray &pair : report.body.trimmed().split(' ')) {
            const QByteArrayList sides = pair.split('=');
            EXPECT_EQ(table.number(named(sides[0].toInt())), FormatNumber(sides[1].toInt()));
        }
    }
    EXPECT_EQ(table.all().size(), 100);
}

} // namespace
} // namespace tellwire::transport
