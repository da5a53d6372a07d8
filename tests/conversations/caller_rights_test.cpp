// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/caller_rights.h"

#include "conversations/engine/refusals.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

namespace tellwire::engine {
namespace {

using transport::Policy;
using transport::PolicyRule;
using transport::Right;

const ItemAddress volts{"Lab"_service, "bench"_topic, "volts"_item};
const ItemAddress benchAlone{"Lab"_service, "bench"_topic, {}};

Caller meter()
{
    return {.pid = 7,
            .uid = 1000,
            .gid = 100,
            .program = QStringLiteral("meter"),
            .executable = QStringLiteral("/usr/bin/meter"),
            .sandbox = {}};
}

Caller confined()
{
    Caller caller = meter();
    caller.sandbox = QStringLiteral("flatpak:org.example.Meter");
    return caller;
}

PolicyRule denying(transport::Rights rights)
{
    PolicyRule rule;
    rule.rights = rights;
    return rule;
}

PolicyRule allowing(transport::Rights rights)
{
    PolicyRule rule = denying(rights);
    rule.isAllowed = true;
    return rule;
}

CallerRights rightsOf(const Caller &caller, std::vector<PolicyRule> rules)
{
    return {Policy{QStringLiteral("policy.json"), std::move(rules)}, caller, {}};
}

TEST(WithoutAPolicy, AProgramOfTheUserMayDoEverything)
{
    const CallerRights rights = rightsOf(meter(), {});

    EXPECT_TRUE(rights.areUnlimited());
    for (const Right right : {Right::Connect, Right::Request, Right::Advise, Right::Poke, Right::Execute})
        EXPECT_TRUE(rights.decide(right, volts).isAllowed);
}

TEST(WithoutAPolicy, AConfinedProgramMayLookButNotTouch)
{
    const CallerRights rights = rightsOf(confined(), {});

    EXPECT_FALSE(rights.areUnlimited());
    for (const Right right : {Right::Connect, Right::Request, Right::Advise})
        EXPECT_TRUE(rights.decide(right, volts).isAllowed);
    for (const Right right : {Right::Poke, Right::Execute})
        EXPECT_FALSE(rights.decide(right, volts).isAllowed);
}

TEST(WithoutAPolicy, AProgramThatIsConfinedAsThisOneIsMayDoEverything)
{
    const CallerRights rights{Policy{}, confined(), confined().sandbox};

    EXPECT_TRUE(rights.areUnlimited());
}

TEST(ARule, GivesAConfinedProgramMore)
{
    PolicyRule rule = allowing(Right::Poke);
    rule.sandbox = QStringLiteral("flatpak:org.example.*");

    const CallerRights rights = rightsOf(confined(), {rule});

    EXPECT_TRUE(rights.decide(Right::Poke, volts).isAllowed);
    EXPECT_FALSE(rights.decide(Right::Execute, benchAlone).isAllowed);
}

TEST(ARule, DecidesIfItIsTheFirstThatApplies)
{
    PolicyRule exception = allowing(Right::Poke);
    exception.item = QStringLiteral("volts");

    const CallerRights rights = rightsOf(meter(), {exception, denying(Right::Poke), allowing(Right::Poke)});

    EXPECT_TRUE(rights.decide(Right::Poke, volts).isAllowed);
    const auto other = rights.decide(Right::Poke, {volts.service, volts.topic, "amps"_item});
    EXPECT_FALSE(other.isAllowed);
    EXPECT_EQ(other.rule, 2);
    EXPECT_TRUE(rights.decide(Right::Request, volts).isAllowed);
}

TEST(ARule, AppliesOnlyToThoseWhomItNames)
{
    const auto deniesMeter = [](const std::function<void(PolicyRule &)> &name) {
        PolicyRule rule = denying(Right::Poke);
        name(rule);
        return !rightsOf(meter(), {rule}).decide(Right::Poke, volts).isAllowed;
    };

    EXPECT_TRUE(deniesMeter([](PolicyRule &rule) { rule.executable = QStringLiteral("/usr/*/meter"); }));
    EXPECT_FALSE(deniesMeter([](PolicyRule &rule) { rule.executable = QStringLiteral("/USR/BIN/METER"); }));
    EXPECT_FALSE(deniesMeter([](PolicyRule &rule) { rule.executable = QStringLiteral("meter"); }));
    EXPECT_TRUE(deniesMeter([](PolicyRule &rule) { rule.uid = 1000; }));
    EXPECT_FALSE(deniesMeter([](PolicyRule &rule) { rule.uid = 1001; }));
    EXPECT_TRUE(deniesMeter([](PolicyRule &rule) { rule.gid = 100; }));
    EXPECT_FALSE(deniesMeter([](PolicyRule &rule) { rule.gid = 101; }));
    EXPECT_FALSE(deniesMeter([](PolicyRule &rule) { rule.sandbox = QStringLiteral("*"); }));
}

TEST(ARule, DoesNotApplyToWhomNobodyKnows)
{
    PolicyRule rule = denying(Right::Poke);
    rule.executable = QStringLiteral("*");
    Caller unknown = meter();
    unknown.executable.clear();

    EXPECT_TRUE(rightsOf(unknown, {rule}).decide(Right::Poke, volts).isAllowed);
}

TEST(ARule, NamesThingsAsDdeDoes)
{
    PolicyRule rule = denying(Right::Poke | Right::Execute);
    rule.service = QStringLiteral("LAB");
    rule.topic = QStringLiteral("B?NCH");

    const CallerRights rights = rightsOf(meter(), {rule});

    EXPECT_FALSE(rights.decide(Right::Poke, volts).isAllowed);
    EXPECT_FALSE(rights.decide(Right::Execute, benchAlone).isAllowed);
    EXPECT_TRUE(rights.decide(Right::Poke, {"Lab"_service, "System"_topic, "volts"_item}).isAllowed);
}

TEST(ARule, IsNotAboutANameWithAByteOrderMarkBeforeIt)
{
    PolicyRule rule = allowing(Right::Poke);
    rule.item = QStringLiteral("volts");
    const CallerRights rights = rightsOf(confined(), {rule});
    const ItemAddress marked{"Lab"_service, "bench"_topic, ItemName{QStringLiteral(u"\uFEFFvolts")}};

    const CallerRights::Decision decision = rights.decide(Right::Poke, marked);

    EXPECT_FALSE(decision.isAllowed);
    EXPECT_TRUE(rights.decide(Right::Poke, volts).isAllowed);
}

TEST(ThePattern, TakesAnythingForAStarAndOneCharacterForAQuestionMark)
{
    EXPECT_TRUE(fitsPattern(U"*", U""));
    EXPECT_TRUE(fitsPattern(U"a*c*", U"abcabc"));
    EXPECT_TRUE(fitsPattern(U"*abc", U"ababc"));
    EXPECT_TRUE(fitsPattern(U"a?c", U"a\U0001F600c"));
    EXPECT_FALSE(fitsPattern(U"a?c", U"ac"));
    EXPECT_FALSE(fitsPattern(U"a*c", U"abcd"));
    EXPECT_FALSE(fitsPattern(U"", U"a"));
    EXPECT_TRUE(fitsPattern(U"[a]", U"[a]"));
}

TEST(ThePattern, EndsHoweverManyStarsItHas)
{
    std::u32string pattern;
    for (int part = 0; part < 2000; ++part)
        pattern += U"a*";

    EXPECT_FALSE(fitsPattern(pattern + U'b', std::u32string(4000, U'a')));
}

TEST(ARefusal, IsWrittenDownWithWhoWasDeniedWhat)
{
    Refusals refusals;
    testing::internal::CaptureStderr();

    refusals.add(confined(), QStringLiteral("poke Lab|bench!volts"), 3);

    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                testing::HasSubstr("denied poke Lab|bench!volts to /usr/bin/meter (process 7, user 1000, "
                                   "confined by flatpak:org.example.Meter): rule 3"));
}

TEST(ARefusal, ThatComesAgainAndAgainIsCounted)
{
    Refusals refusals;
    testing::internal::CaptureStderr();

    for (int time = 0; time < 150; ++time)
        refusals.add(meter(), QStringLiteral("poke Lab|bench!volts"), 1);

    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(std::ranges::count(said, '\n'), 3);
    EXPECT_THAT(said, testing::HasSubstr("rule 1, the 100th time"));
}

TEST(ARefusal, DoesNotFillTheLogIfItComesFromEverNewPrograms)
{
    Refusals refusals;
    testing::internal::CaptureStderr();

    for (int number = 0; number < 100'000; ++number) {
        Caller other = meter();
        other.executable += QString::number(number);
        refusals.add(other, QStringLiteral("poke Lab|bench!volts"), 1);
    }

    EXPECT_LE(static_cast<std::size_t>(std::ranges::count(testing::internal::GetCapturedStderr(), '\n')),
              Refusals::maxKinds + 6);
}

} // namespace
} // namespace tellwire::engine
