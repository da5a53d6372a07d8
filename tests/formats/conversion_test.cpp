// SPDX-License-Identifier: Apache-2.0
#include "formats/conversion.h"

#include <gmock/gmock.h>

using namespace tellwire;
using namespace Qt::StringLiterals;

namespace {

const Format a{u"x/a"_s};
const Format b{u"x/b"_s};
const Format c{u"x/c"_s};

Converter appending(const QByteArray &tail)
{
    return [tail](const QByteArray &bytes) -> Result<QByteArray> { return bytes + tail; };
}

Result<QByteArray> fail(const QByteArray &) { return Error{ErrorCode::BadData, u"as expected"_s}; }

} // namespace

TEST(AConversion, AppliesItsStepsInOrder)
{
    const Conversion conversion{{{a, b, appending("1"), {}}, {b, c, appending("2"), {}}}};

    const Result<Payload> converted = conversion.apply({a, "0"});

    EXPECT_EQ(converted.value(), Payload(c, "012"));
}

TEST(AConversion, CanBeAppliedAgainAndAgain)
{
    const Conversion conversion{{{a, b, appending("!"), {}}}};

    EXPECT_EQ(conversion.apply({a, "x"})->bytes(), "x!");
    EXPECT_EQ(conversion.apply({a, "y"})->bytes(), "y!");
}

TEST(AConversion, TellsItsWayItsCostAndItsLoss)
{
    const Conversion faithful{{{a, b, appending("1"), {.cost = 4}}, {b, c, appending("2"), {}}}};
    const Conversion lossy{{{a, b, appending("1"), {.loss = Loss::Lossy}}, {b, c, appending("2"), {}}}};

    EXPECT_EQ(faithful.path(), (QList{a, b, c}));
    EXPECT_EQ(faithful.from(), a);
    EXPECT_EQ(faithful.to(), c);
    EXPECT_EQ(faithful.cost(), 5U);
    EXPECT_EQ(faithful.loss(), Loss::None);
    EXPECT_EQ(lossy.loss(), Loss::Lossy);
}

TEST(AConversion, AddsUpCostsThatNeedMoreRoom)
{
    constexpr unsigned most = std::numeric_limits<unsigned>::max();
    const Conversion dear{{{a, b, appending("1"), {.cost = most}}, {b, c, appending("2"), {.cost = most}}}};

    EXPECT_EQ(dear.cost(), 2 * quint64{most});
}

TEST(AConversion, StopsAtTheFirstError)
{
    int calls = 0;
    const Converter count = [&calls](const QByteArray &bytes) -> Result<QByteArray> {
        ++calls;
        return bytes;
    };
    const Conversion conversion{{{a, b, fail, {}}, {b, c, count, {}}}};

    const Result<Payload> converted = conversion.apply({a, "0"});

    EXPECT_EQ(converted.error(), (Error{ErrorCode::BadData, u"as expected"_s}));
    EXPECT_EQ(calls, 0);
}

TEST(AConversion, RefusesAnotherFormatThanItsFirst)
{
    const Conversion conversion{{{a, b, appending("1"), {}}}};

    EXPECT_EQ(conversion.apply({b, "0"}).error().code, ErrorCode::FormatNotOffered);
}

TEST(AnIdentity, LeavesThePayloadAsItIs)
{
    const Conversion identity = Conversion::identity(a);

    EXPECT_TRUE(identity.isIdentity());
    EXPECT_EQ(identity.path(), QList{a});
    EXPECT_EQ(identity.cost(), 0U);
    EXPECT_EQ(identity.apply({a, "0"}).value(), Payload(a, "0"));
    EXPECT_EQ(identity.apply({b, "0"}).error().code, ErrorCode::FormatNotOffered);
}
