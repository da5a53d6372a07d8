// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/subject.h"

#include "tests/demos/host_metrics/figures.h"

#include <gtest/gtest.h>

using namespace tellwire;
using namespace host_metrics;
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
    Subject subject = subjectOf("sevens"_topic, readSeven, wordsAbout);

    const Look first = subject.look();
    const Look second = subject.look();

    EXPECT_EQ(textOf(*first.figures, "before"), "(left out)");
    EXPECT_EQ(textOf(*second.figures, "before"), "7");
    EXPECT_GE(second.time, first.time);
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
    for (Subject &subject : subjectsOfThisMachine()) {
        const Look look = subject.look();
        if (look.topic == "load"_topic)
            EXPECT_NE(textOf(*look.figures, "1min"), "(left out)");
        if (look.topic == "memory"_topic)
            EXPECT_NE(textOf(*look.figures, "total"), "(left out)");
    }
}
