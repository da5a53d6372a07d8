// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"
#include "tests/conversations/raw_client.h"
#include "tests/support/policy_file.h"

#include <gmock/gmock.h>

// What a policy keeps clients from, seen from both ends.

namespace tellwire::test {
namespace {

using testing::HasSubstr;

/// Two programs under a policy, whose service counts whom it was troubled by.
struct UnderAPolicy
{
    explicit UnderAPolicy(const QByteArray &rules) : policy("{\"rules\": [" + rules + "]}")
    {
        programs = std::make_unique<TwoPrograms>();
        programs->nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
        programs->nyse.provideItem("Made"_item, {Format::text()}, [this](const Format &) {
            ++troubles;
            return Result<Payload>{Payload::of(QStringLiteral("made"))};
        });
        programs->nyse.onPoke([this](const ItemName &, const Payload &) -> Result<void> {
            ++troubles;
            return {};
        });
        programs->nyse.onExecute([this](const QString &) -> Result<void> {
            ++troubles;
            return {};
        });
        QObject::connect(programs->quotes.get(), &Service::clientConnected, [this] { ++connected; });
        testing::internal::CaptureStderr();
    }
    ~UnderAPolicy() { testing::internal::GetCapturedStderr(); }
    UnderAPolicy(const UnderAPolicy &) = delete;
    UnderAPolicy &operator=(const UnderAPolicy &) = delete;

    Conversation &talk() const { return *programs->talk; }

    template <typename T>
    static std::string saidOf(const Reply<T> &reply)
    {
        const Result<T> answer = waitFor(reply, 5s);
        if (answer)
            return "done";
        return errorName(answer.error().code).toStdString() + ": " + answer.error().detail.toStdString();
    }

    PolicyFile policy;
    std::unique_ptr<TwoPrograms> programs;
    int troubles = 0;
    int connected = 0;
};

const std::string forbidden = ": the policy of the program that serves it forbids this";

TEST(APolicy, KeepsAClientFromRequesting)
{
    const UnderAPolicy under{
        R"({"item": "ZAXX", "deny": ["request"]}, {"item": "made", "deny": ["request"]})"};

    EXPECT_EQ(under.saidOf(under.talk().request("ZAXX"_item)),
              "AccessDenied: request Quotes|NYSE!ZAXX" + forbidden);
    EXPECT_EQ(under.saidOf(under.talk().request("Made"_item)),
              "AccessDenied: request Quotes|NYSE!Made" + forbidden);
    EXPECT_EQ(under.saidOf(under.talk().request("TopicItemList"_item)), "done");
    EXPECT_EQ(under.troubles, 0);
}

TEST(APolicy, KeepsAClientFromPokingAndSendingCommands)
{
    const UnderAPolicy under{R"({"service": "QUOTES", "topic": "ny*", "deny": ["poke", "execute"]})"};

    EXPECT_EQ(under.saidOf(under.talk().poke("ZAXX"_item, QStringLiteral("13"))),
              "AccessDenied: poke Quotes|NYSE!ZAXX" + forbidden);
    EXPECT_EQ(under.saidOf(under.talk().execute(QStringLiteral("[Sell]"))),
              "AccessDenied: execute Quotes|NYSE" + forbidden);
    EXPECT_EQ(under.saidOf(under.talk().request("ZAXX"_item)), "done");
    EXPECT_EQ(under.troubles, 0);
}

TEST(APolicy, KeepsAClientFromWatching)
{
    const UnderAPolicy under{R"({"item": "ZAXX", "deny": ["advise"]})"};
    AdviseLink hot{under.talk(), "ZAXX"_item};
    AdviseLink made{under.talk(), "Made"_item};
    const Heard heard{hot};
    const Heard other{made};

    ASSERT_TRUE(eventually([&] { return heard.end && other.hasHeard("made"); }, serveSessions));

    EXPECT_EQ(heard.end->code, ErrorCode::AccessDenied);
    EXPECT_EQ(heard.end->detail.toStdString(), "advise Quotes|NYSE!ZAXX" + forbidden);
    EXPECT_TRUE(heard.updates.isEmpty());
    EXPECT_EQ(under.programs->nyse.watchers("ZAXX"_item), 0);
}

TEST(APolicy, KeepsAClientFromConnecting)
{
    const UnderAPolicy under{R"({"topic": "NYSE", "deny": ["connect"]})"};

    ASSERT_TRUE(
        eventually([&] { return under.talk().state() == Conversation::State::Closed; }, serveSessions));

    EXPECT_EQ(under.saidOf(under.talk().request("ZAXX"_item)),
              "AccessDenied: connect Quotes|NYSE" + forbidden);
    EXPECT_EQ(under.connected, 0);
}

TEST(APolicy, GovernsTheSystemTopicToo)
{
    const UnderAPolicy under{R"({"topic": "System", "item": "Conversations", "deny": ["request"]})"};
    Conversation system{under.programs->clientSession, "Quotes"_service, "System"_topic};

    EXPECT_EQ(under.saidOf(system.request("Conversations"_item)),
              "AccessDenied: request Quotes|System!Conversations" + forbidden);
    EXPECT_EQ(under.saidOf(system.request("Topics"_item)), "done");
}

TEST(APolicy, KeepsAClientFromOneItemOfMany)
{
    const UnderAPolicy under{R"({"item": "ZAXX", "deny": ["request"]})"};

    const auto answers = waitFor(under.talk().requestMany({"ZAXX"_item, "Made"_item}), 5s);

    ASSERT_TRUE(answers) << answers.error().detail.toStdString();
    ASSERT_EQ(answers->size(), 2);
    EXPECT_EQ(codeOf(answers->at(0)), ErrorCode::AccessDenied);
    EXPECT_TRUE(answers->at(1));
}

TEST(APolicy, IsReadByThoseWhoJoinLater)
{
    const UnderAPolicy under{R"({"deny": ["poke"]})"};
    under.policy.write(R"({"rules": []})");

    const Session later = Session::join().value();

    EXPECT_EQ(later.seat().policy().rules.size(), 0U);
    EXPECT_EQ(under.saidOf(under.talk().poke("ZAXX"_item, QStringLiteral("13"))),
              "AccessDenied: poke Quotes|NYSE!ZAXX" + forbidden);
}

/// A service under a policy, and a client that says whatever it likes.
struct RawUnderAPolicy
{
    explicit RawUnderAPolicy(const QByteArray &rules) : policy("{\"rules\": [" + rules + "]}")
    {
        served = std::make_unique<ServedProgram>();
        served->nyse->setItem("ZAXX"_item, QStringLiteral("12.50"));
        testing::internal::CaptureStderr();
        served->client->open();
    }
    ~RawUnderAPolicy() { testing::internal::GetCapturedStderr(); }
    RawUnderAPolicy(const RawUnderAPolicy &) = delete;
    RawUnderAPolicy &operator=(const RawUnderAPolicy &) = delete;

    RawClient &client() const { return *served->client; }

    PolicyFile policy;
    std::unique_ptr<ServedProgram> served;
};

TEST(APolicy, TellsNobodyWhereTheValueLiesThatHeMayNotHave)
{
    const RawUnderAPolicy raw{R"({"deny": ["advise"]})"};

    for (protocol::LinkId link = 1; link <= 2; ++link)
        raw.client().say(
            raw.client().advise(link, link == 1 ? LinkKind::Hot : LinkKind::Warm, LinkPace::NewestOnly));
    const auto heard = raw.client().heardInOrder();

    ASSERT_EQ(heard.size(), 2U);
    for (const protocol::ServerMessage &message : heard)
        EXPECT_TRUE(std::holds_alternative<protocol::LinkEnded>(message));
}

TEST(APolicy, LeavesOutWhatWildcardsMayNotLeadTo)
{
    const RawUnderAPolicy raw{R"({"service": "quotes", "topic": "Tokyo", "deny": ["connect"]})"};
    raw.served->quotes->topic("Tokyo"_topic);

    raw.client().say(protocol::Find{.transaction = 1, .service = "Quotes"_service});
    raw.client().say(protocol::Find{.transaction = 2, .topic = "Tokyo"_topic});
    const auto inService = raw.client().hear<protocol::Found>();
    const auto anywhere = raw.client().hear<protocol::Found>();

    ASSERT_TRUE(inService && anywhere);
    ASSERT_EQ(inService->topics.size(), 2);
    EXPECT_EQ(inService->topics.at(0).topic, "NYSE"_topic);
    EXPECT_EQ(inService->topics.at(1).topic, "System"_topic);
    EXPECT_TRUE(anywhere->topics.isEmpty());
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "it is done in silence";
    testing::internal::CaptureStderr();
}

TEST(APolicy, HoldsByWhateverNameTheServiceIsAskedFor)
{
    const RawUnderAPolicy raw{R"({"service": "Quotes", "deny": ["poke"]})"};
    const ServiceName instance = raw.served->quotes->instanceName();

    raw.client().say(protocol::Initiate{.conversation = 2, .service = instance, .topic = "nyse"_topic});
    raw.client().say(protocol::Poke{.transaction = 1,
                                    .conversation = 2,
                                    .item = "zaxx"_item,
                                    .format = raw.client().number(),
                                    .value = "13"});
    const auto declined = raw.client().hear<protocol::Declined>();

    ASSERT_TRUE(declined);
    EXPECT_EQ(declined->reason.code, ErrorCode::AccessDenied);
}

TEST(APolicy, KeepsAClientFromListingItems)
{
    const RawUnderAPolicy raw{R"({"item": "Items", "deny": ["request"]})"};

    raw.client().say(protocol::Browse{.transaction = 1, .conversation = 1, .limit = 10});
    const auto declined = raw.client().hear<protocol::Declined>();

    ASSERT_TRUE(declined);
    EXPECT_EQ(declined->reason.code, ErrorCode::AccessDenied);
}

TEST(APolicy, NeverKeepsAClientFromEnding)
{
    const RawUnderAPolicy raw{R"({"item": "other", "deny": ["advise"]}, {"deny": ["poke"]})"};
    raw.client().say(raw.client().advise(1));
    ASSERT_TRUE(raw.client().hear<protocol::Advised>());

    raw.client().say(protocol::Unadvise{.link = 1, .transaction = 1});
    raw.client().say(protocol::Terminate{.conversation = 1});

    EXPECT_TRUE(raw.client().hear<protocol::Accepted>());
    EXPECT_TRUE(raw.client().hear<protocol::Terminate>());
}

TEST(APolicy, DoesNotExcuseViolations)
{
    const RawUnderAPolicy raw{R"({"deny": ["poke"]})"};

    raw.client().say(protocol::Poke{.transaction = 1,
                                    .conversation = 99,
                                    .item = "ZAXX"_item,
                                    .format = raw.client().number(),
                                    .value = "13"});

    EXPECT_TRUE(eventually([&] { return raw.client().hasLostItsServer(); }, serveSessions));
}

TEST(APolicy, HasRefusalsCountedAndWrittenDown)
{
    const RawUnderAPolicy raw{R"({"allow": ["connect"]}, {"deny": ["poke"]})"};

    for (protocol::TransactionId id = 1; id <= 50; ++id)
        raw.client().say(raw.client().poke(id, "13"));
    raw.client().settle();

    const std::string said = testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    EXPECT_THAT(said, HasSubstr("denied poke Quotes|NYSE!ZAXX to "));
    EXPECT_THAT(said, HasSubstr("(process " + std::to_string(::getpid()) + ", user " +
                                std::to_string(::geteuid()) + "): rule 2"));
    EXPECT_EQ(std::ranges::count(said, '\n'), 2) << said;
}

} // namespace
} // namespace tellwire::test
