// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/service_table.h"
#include "tests/conversations/ddeml/server_program.h"

namespace tellwire::test {

namespace {

using testing::ElementsAre;

std::size_t offersOf(const ServerProgram &program, const ServiceName &name)
{
    const transport::LogState &state = ddeml::ThreadInstances::ofThisThread().seat().log().state();
    EXPECT_NE(program.id(), 0U);
    return static_cast<std::size_t>(protocol::servicesNamed(state, name).size());
}

} // namespace

TEST(AServerOfDdeml, IsToldOfItsOwnName)
{
    const FreshSession fresh;
    const ServerProgram program;

    ASSERT_TRUE(program.enter());

    ASSERT_TRUE(program.wasCalled(XTYP_REGISTER));
    const ServerCall call = program.callsOf(XTYP_REGISTER).front();
    EXPECT_EQ(call.string1, QStringLiteral("Quotes"));
    EXPECT_TRUE(call.string2.startsWith(QStringLiteral("Quotes(0x")));
    EXPECT_EQ(call.format, 0U);
    EXPECT_EQ(call.conversation, nullptr);
    EXPECT_EQ(call.word1, 0U);
    EXPECT_EQ(call.word2, 0U);
}

TEST(AServerOfDdeml, HasEachNameOnce)
{
    const FreshSession fresh;
    const ServerProgram program;
    ASSERT_TRUE(program.enter());

    EXPECT_FALSE(program.enter("QUOTES"));

    EXPECT_EQ(program.lastError(), UINT{DMLERR_DLL_USAGE});
    EXPECT_EQ(offersOf(program, "Quotes"_service), 1U);
}

TEST(AServerOfDdeml, CannotHaveEveryName)
{
    const FreshSession fresh;
    const ServerProgram program;
    const auto failsWith = [&](HSZ first, HSZ second, UINT command) {
        EXPECT_EQ(DdeNameService(program.id(), first, second, command), nullptr);
        return program.lastError();
    };

    EXPECT_EQ(failsWith(program.string("Quotes"), program.string("x"), DNS_REGISTER),
              UINT{DMLERR_INVALIDPARAMETER});
    EXPECT_EQ(failsWith(nullptr, nullptr, DNS_REGISTER), UINT{DMLERR_INVALIDPARAMETER});
    EXPECT_EQ(failsWith(program.string("a\\b"), nullptr, DNS_REGISTER), UINT{DMLERR_INVALIDPARAMETER});
    EXPECT_EQ(failsWith(program.string("Quotes"), nullptr, DNS_UNREGISTER), UINT{DMLERR_INVALIDPARAMETER});
    EXPECT_EQ(failsWith(program.string("Quotes"), nullptr, DNS_REGISTER | DNS_UNREGISTER),
              UINT{DMLERR_INVALIDPARAMETER});
}

TEST(AClientOfDdeml, HasNoNames)
{
    const FreshSession fresh;
    const ServerProgram program{APPCMD_CLIENTONLY};

    EXPECT_FALSE(program.enter());
    EXPECT_EQ(program.lastError(), UINT{DMLERR_DLL_USAGE});
    EXPECT_FALSE(DdePostAdvise(program.id(), nullptr, nullptr));
    EXPECT_EQ(program.lastError(), UINT{DMLERR_DLL_USAGE});
}

TEST(AServerOfDdeml, IsToldOfNamesThatGo)
{
    const FreshSession fresh;
    const ServerProgram program{CBF_SKIP_REGISTRATIONS};
    ASSERT_TRUE(program.enter("Quotes"));
    ASSERT_TRUE(program.enter("Weather"));
    serveSessions(std::chrono::milliseconds{0});

    EXPECT_TRUE(DdeNameService(program.id(), nullptr, nullptr, DNS_UNREGISTER));

    ASSERT_TRUE(program.wasCalled(XTYP_UNREGISTER, 2));
    EXPECT_EQ(program.callsOf(XTYP_UNREGISTER).front().string1, QStringLiteral("Quotes"));
    EXPECT_THAT(program.types(), ElementsAre(UINT{XTYP_UNREGISTER}, UINT{XTYP_UNREGISTER}));
}

TEST(AServerOfDdeml, IsToldOfServicesOfTheOtherFace)
{
    const FreshSession fresh;
    const ServerProgram program;
    Session session = Session::join().value();
    auto service = std::make_unique<Service>(session, "Weather"_service);

    ASSERT_TRUE(service->publish());
    ASSERT_TRUE(program.wasCalled(XTYP_REGISTER));
    service.reset();

    ASSERT_TRUE(program.wasCalled(XTYP_UNREGISTER));
    EXPECT_EQ(program.callsOf(XTYP_UNREGISTER).front().string1, QStringLiteral("Weather"));
}

TEST(AServerOfDdeml, EndsTheConversationsOfANameThatGoes)
{
    const TalkingServer server;
    server.open();

    EXPECT_TRUE(
        DdeNameService(server.program.id(), server.program.string("Quotes"), nullptr, DNS_UNREGISTER));

    EXPECT_TRUE(server.client->hear<protocol::Terminate>());
    EXPECT_TRUE(server.program.callsOf(XTYP_DISCONNECT).empty());
}

TEST(AServerOfDdeml, TakesAnyNameWhileItsFilterIsOff)
{
    const TalkingServer server;
    const auto setFilter = [&](UINT command) {
        return DdeNameService(server.program.id(), nullptr, nullptr, command) != nullptr;
    };
    protocol::Initiate initiation = TalkingServer::initiation(1);
    initiation.service = "Zebra"_service;

    EXPECT_TRUE(setFilter(DNS_FILTEROFF));
    EXPECT_EQ(offersOf(server.program, "Zebra"_service), 1U);
    server.client->say(initiation);
    EXPECT_TRUE(server.client->hear<protocol::Opened>());
    EXPECT_EQ(server.program.callsOf(XTYP_CONNECT).front().string2, QStringLiteral("Zebra"));

    EXPECT_TRUE(setFilter(DNS_FILTERON));
    EXPECT_EQ(offersOf(server.program, "Zebra"_service), 0U);
    EXPECT_TRUE(server.client->hear<protocol::Terminate>());
    initiation.conversation = 2;
    server.client->say(initiation);
    EXPECT_TRUE(server.client->hear<protocol::Refused>());
}

TEST(AServerOfDdeml, TakesAnyNameOnceItIsInitialisedWithoutFilter)
{
    const FreshSession fresh;
    const ServerProgram program;
    DWORD id = program.id();

    DdeInitializeA(&id, nullptr, 0, 0);
    EXPECT_EQ(offersOf(program, "Zebra"_service), 1U);
    DdeInitializeA(&id, nullptr, APPCMD_FILTERINITS, 0);
    EXPECT_EQ(offersOf(program, "Zebra"_service), 0U);
}

} // namespace tellwire::test
