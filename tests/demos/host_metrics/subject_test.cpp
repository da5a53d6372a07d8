// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/subject.h"

#include "tests/demos/host_metrics/figures.h"

#include <gtest/gtest.h>

using namespace tellwire;
using namespace host_metrics;
using namespace std::chrono_literals;
using host_metrics::test::textOf;

namespace {

Result<int> readNothing() { return Error{ErrorCode::NoSuchItem, QStringLiteral("read nothing")}; }
Result<int> readSeven() { return 7; }

QList<Figure> wordsAbout(const int &now, const std::optional<Earlier<int>> &before)
{
    FigureList list;
    list.addAmount("now", static_cast<quint64>(now));
    if (before)
        list.addAmount("before", static_cast<quint64>(before->reading));
    return list.figures();
}

} // namespace

TEST(ASubject, RemembersTheLookBefore)
{
    Subject subject = subjectOf("sevens"_topic, readSeven, wordsAbout, 0ms);

    const Look first = subject.look();
    const Look second = subject.look();

    EXPECT_EQ(textOf(*first.figures, "before"), "(left out)");
    EXPECT_EQ(textOf(*second.figures, "before"), "7");
    EXPECT_GE(second.time, first.time);
}

TEST(ASubject, TellsNoRateOverTooShortASpan)
{
    Subject subject = subjectOf("sevens"_topic, readSeven, wordsAbout, 1h);
    (void)subject.look();

    const Look tooSoon = subject.look();

    EXPECT_EQ(textOf(*tooSoon.figures, "now"), "7");
    EXPECT_EQ(textOf(*tooSoon.figures, "before"), "(left out)");
}

TEST(ASubject, ThatCannotBeReadSaysWhy)
{
    Subject subject = subjectOf("nothing"_topic, readNothing, wordsAbout);

    const Look look = subject.look();

    ASSERT_FALSE(look.figures);
    EXPECT_EQ(look.figures.error().code, ErrorCode::NoSuchItem);
}

TEST(ThisMachine, TellsItsLoadAndMemory)
{
    QList<Figure> figures;
    for (Subject &subject : subjectsOfThisMachine())
        figures.append(subject.look().figures.value_or({}));

    EXPECT_NE(textOf(figures, "1min"), "(left out)");
    EXPECT_NE(textOf(figures, "available"), "(left out)");
}
