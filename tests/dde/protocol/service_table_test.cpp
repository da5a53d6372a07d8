// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/service_table.h"

#include <gmock/gmock.h>

#include <random>

using namespace tellwire;
using namespace tellwire::protocol;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr std::uint64_t alice = 0xA11CE;
constexpr std::uint64_t bob = 0xFFFFFFFFFFFFFFFF;

ServiceOffer quotesOf(std::uint64_t peer, std::uint32_t instance = 1)
{
    return {.peer = peer,
            .instance = instance,
            .name = "Quotes"_service,
            .program = QStringLiteral("ticker"),
            .pid = 42,
            .topics = {"NYSE"_topic, "TSE"_topic}};
}

ServiceOffer anyNameOf(std::uint64_t peer, std::uint32_t instance = 1)
{
    return {.peer = peer,
            .instance = instance,
            .name = {},
            .program = QStringLiteral("ticker"),
            .pid = 42,
            .topics = {},
            .version = 0,
            .takesAnyName = true};
}

/// A log as it is after the changes that peers appended to it.
class Log
{
public:
    void append(std::uint64_t peer, const transport::LogChange &change)
    {
        m_state.apply({.operation = change.operation,
                       .flags = change.bound ? transport::LogFlag::bound : quint8{0},
                       .peer = peer,
                       .nonce = ++m_nonce,
                       .key = change.key,
                       .body = change.body});
    }
    void add(const ServiceOffer &offer) { append(offer.peer, registration(offer)); }
    void appendBody(std::uint64_t peer, const QByteArray &body)
    {
        transport::LogChange change = registration(quotesOf(peer));
        change.body = body;
        append(peer, change);
    }
    const transport::LogState &state() const { return m_state; }

private:
    transport::LogState m_state;
    quint64 m_nonce = 0;
};

std::vector<std::uint64_t> peersOf(const QList<ServiceOffer> &offers)
{
    std::vector<std::uint64_t> peers;
    for (const ServiceOffer &offer : offers)
        peers.push_back(offer.peer);
    return peers;
}

} // namespace

TEST(AServiceOffer, IsFoundAsItWasRegistered)
{
    Log log;
    log.add(quotesOf(alice));

    const QList<ServiceOffer> found = servicesNamed(log.state(), "QUOTES"_service);

    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found.first(), quotesOf(alice));
    EXPECT_EQ(found.first().name.text(), QStringLiteral("Quotes"));
}

TEST(AServiceOffer, IsSeenToBeRegisteredAgainThoughItSaysTheSame)
{
    ServiceOffer offer = quotesOf(alice);
    offer.topics = QList<TopicName>(100, TopicName{QString(200, u'x')});
    Log log;
    log.add(offer);
    const QList<ServiceOffer> before = allServices(log.state());

    ++offer.version;
    log.add(offer);

    EXPECT_NE(allServices(log.state()), before);
}

TEST(AServiceOffer, HasOnePlaceInTheLog)
{
    EXPECT_EQ(registration(quotesOf(alice, 0xB)).key, QByteArray("service/quotes/00000000000a11ce/0000000b"));
    EXPECT_EQ(withdrawal(quotesOf(alice, 0xB)).key, registration(quotesOf(alice, 0xB)).key);
}

TEST(AServiceOffer, IsGoneWhenItIsTakenBack)
{
    Log log;
    log.add(quotesOf(alice));
    log.add(quotesOf(bob));

    log.append(alice, withdrawal(quotesOf(alice)));

    EXPECT_THAT(peersOf(allServices(log.state())), ElementsAre(bob));
}

TEST(AServiceOffer, IsGoneWhenItsProgramIs)
{
    Log log;
    log.add(quotesOf(alice));
    log.add(quotesOf(bob));

    log.append(bob, transport::LogChange::leave(alice));

    EXPECT_THAT(peersOf(allServices(log.state())), ElementsAre(bob));
}

TEST(AServiceOffer, LeavesTopicsOutThatFindNoRoom)
{
    ServiceOffer offer = quotesOf(alice);
    offer.topics = QList<TopicName>(100, TopicName{QString(200, u'x')});
    Log log;

    log.add(offer);

    const QList<ServiceOffer> found = allServices(log.state());
    ASSERT_EQ(found.size(), 1);
    EXPECT_THAT(found.first().topics, IsEmpty());
}

TEST(ServicesOfOneName, ComeInOrderOfRegistration)
{
    Log log;
    log.add(quotesOf(bob, 2));
    log.add(quotesOf(alice));
    log.add(quotesOf(bob, 1));
    log.add(quotesOf(bob, 2));

    EXPECT_THAT(peersOf(servicesNamed(log.state(), "Quotes"_service)), ElementsAre(bob, alice, bob));
    EXPECT_EQ(servicesNamed(log.state(), "Quotes"_service).first().instance, 2U);
}

TEST(ServicesOfOneName, AreNotThoseOfALongerName)
{
    Log log;
    ServiceOffer longer = quotesOf(alice);
    longer.name = "Quotes2"_service;
    log.add(longer);

    EXPECT_THAT(peersOf(servicesNamed(log.state(), "Quotes"_service)), IsEmpty());
    EXPECT_THAT(peersOf(allServices(log.state())), ElementsAre(alice));
}

TEST(WhoTakesAnyName, IsAskedBehindThoseOfThatName)
{
    Log log;
    log.add(anyNameOf(alice, 2));
    log.add(quotesOf(bob));

    EXPECT_EQ(servicesNamed(log.state(), "Quotes"_service), (QList{quotesOf(bob), anyNameOf(alice, 2)}));
    EXPECT_EQ(servicesNamed(log.state(), "Weather"_service), QList{anyNameOf(alice, 2)});
    EXPECT_EQ(servicesNamed(log.state(), instanceName(quotesOf(bob))),
              (QList{quotesOf(bob), anyNameOf(alice, 2)}));
}

TEST(WhoTakesAnyName, IsInNoListOfServices)
{
    Log log;
    log.add(anyNameOf(alice));
    log.add(quotesOf(bob));

    EXPECT_EQ(allServices(log.state()), QList{quotesOf(bob)});
    EXPECT_EQ(servicesOfAnyName(log.state()), QList{anyNameOf(alice)});
    EXPECT_TRUE(instanceName(anyNameOf(alice)).isEmpty());
}

TEST(WhoTakesAnyName, MayTakeThatBack)
{
    Log log;
    log.add(anyNameOf(alice));

    log.append(alice, withdrawal(anyNameOf(alice)));

    EXPECT_THAT(servicesNamed(log.state(), "Quotes"_service), IsEmpty());
}

TEST(WhoTakesAnyName, HasNoNameInItsKey)
{
    Log log;

    log.appendBody(alice, R"({"anyName":true})");

    EXPECT_THAT(servicesNamed(log.state(), "Quotes"_service), IsEmpty());
    EXPECT_THAT(allServices(log.state()), IsEmpty());
}

TEST(AnInstance, HasANameOfItsOwn)
{
    const ServiceName first = instanceName(quotesOf(alice, 1));
    const ServiceName second = instanceName(quotesOf(alice, 2));

    EXPECT_TRUE(first.text().startsWith(QStringLiteral("Quotes(0x")));
    EXPECT_EQ(first.text().size(), QStringLiteral("Quotes(0x0123456789abcdef)").size());
    EXPECT_EQ(first.text(), instanceName(quotesOf(alice, 1)).text());
    EXPECT_NE(first, second);
    EXPECT_NE(first, instanceName(quotesOf(bob, 1)));
}

TEST(AnInstance, IsFoundByItsName)
{
    Log log;
    log.add(quotesOf(alice, 1));
    log.add(quotesOf(alice, 2));
    log.add(quotesOf(bob));
    const ServiceName name{instanceName(quotesOf(alice, 2)).text().toUpper()};

    EXPECT_EQ(servicesNamed(log.state(), name), QList{quotesOf(alice, 2)});
}

TEST(AnInstance, GivesWayToAServiceThatIsCalledSo)
{
    Log log;
    log.add(quotesOf(alice));
    ServiceOffer namesake = quotesOf(bob);
    namesake.name = instanceName(quotesOf(alice));
    log.add(namesake);

    EXPECT_EQ(servicesNamed(log.state(), instanceName(quotesOf(alice))), QList{namesake});
}

TEST(AnInstance, HasNoNameIfThereIsNoRoomForIt)
{
    ServiceOffer longest = quotesOf(alice);
    longest.name = ServiceName{QString(235, u'x')};
    ServiceOffer tooLong = quotesOf(alice);
    tooLong.name = ServiceName{QString(236, u'x')};

    EXPECT_EQ(instanceName(longest).text().size(), maxNameLength);
    EXPECT_TRUE(instanceName(tooLong).isEmpty());
}

TEST(AnInstance, IsNotFoundByWhatOnlyLooksLikeItsName)
{
    Log log;
    log.add(quotesOf(alice));
    for (const char16_t *name : {u"(0x0123456789abcdef)", u"Quotes(0x0123456789abcdef)",
                                 u"Quotes(0x0123456789abcdefg", u"Quotes[0x0123456789abcdef)"})
        EXPECT_THAT(servicesNamed(log.state(), ServiceName{QString::fromUtf16(name)}), IsEmpty());
}

TEST(AnEntryThatMakesNoSense, IsSkipped)
{
    for (const char *body :
         {"", "{", "[]", "7", "null", "{}", R"({"name":7})", R"({"name":""})", R"({"name":"a/b"})",
          R"({"name":"a\u0000"})", R"({"anyName":false})", R"({"anyName":true})", "{\"name\":\"\xff\"}"}) {
        Log log;
        log.appendBody(alice, body);
        log.add(quotesOf(bob));

        EXPECT_THAT(peersOf(allServices(log.state())), ElementsAre(bob)) << body;
    }
}

TEST(AnEntryThatMakesNoSense, MayBeAllBrackets)
{
    Log log;

    log.appendBody(alice, QByteArray(3000, '['));

    EXPECT_THAT(peersOf(allServices(log.state())), IsEmpty());
}

TEST(AnEntryThatMakesNoSense, MayClaimToBeAnotherPrograms)
{
    Log log;

    log.append(bob, registration(quotesOf(alice)));

    EXPECT_THAT(peersOf(allServices(log.state())), IsEmpty());
}

TEST(AnEntry, MayBeOfAnotherVersion)
{
    Log log;
    log.appendBody(alice, R"({"name":"Quotes","pid":"x","program":[],"topics":["T",7,""],"colour":"blue"})");

    const QList<ServiceOffer> found = allServices(log.state());

    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found.first().pid, 0);
    EXPECT_TRUE(found.first().program.isEmpty());
    EXPECT_EQ(found.first().topics, QList<TopicName>{"T"_topic});
}

TEST(DamagedEntries, HarmNobody)
{
    std::mt19937 random{1};
    const transport::LogChange original = registration(quotesOf(alice));
    for (int round = 0; round < 20'000; ++round) {
        transport::LogChange damaged = original;
        QByteArray &part = random() % 4 == 0 ? damaged.key : damaged.body;
        part[static_cast<qsizetype>(random() % static_cast<unsigned>(part.size()))] =
            static_cast<char>(random());
        Log log;
        log.append(alice, damaged);

        const QList<ServiceOffer> found = allServices(log.state());

        ASSERT_LE(found.size(), 1);
        ASSERT_TRUE(found.isEmpty() || !found.first().name.isEmpty());
    }
}

TEST(TheTable, ChangesOnlyByRecordsThatTouchIt)
{
    const transport::LogRecord service{.key = registration(quotesOf(alice)).key, .body = {}};
    const transport::LogRecord leave{.operation = transport::LogOperation::Leave, .key = {}, .body = {}};
    const transport::LogRecord format{.key = "format/x", .body = {}};

    EXPECT_TRUE(mayChangeServices(service));
    EXPECT_TRUE(mayChangeServices(leave));
    EXPECT_FALSE(mayChangeServices(format));
}
