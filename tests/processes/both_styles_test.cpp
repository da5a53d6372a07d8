// SPDX-License-Identifier: Apache-2.0
#include "conversations/service_browser.h"
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <QCoreApplication>

#include <semaphore>
#include <thread>

// Everything there is works by Qt's event loop and by waiting for a session, in any mixture.

namespace tellwire::test {

namespace {

/// Serves everything that Everything asks for.
class EveryVerb
{
public:
    explicit EveryVerb(const Session &session) : m_service(session, "Every"_service)
    {
        m_verbs.setItem("stored"_item, QStringLiteral("1"));
        m_verbs.provideItem("made"_item, {Format::text()}, [](const Format &) -> Result<Payload> {
            return Payload::of(QStringLiteral("on demand"));
        });
        m_verbs.onPoke([this](const ItemName &item, const Payload &value) -> Result<void> {
            m_verbs.setItem(item, value);
            return {};
        });
        // Each command is answered when the next one has come.
        m_verbs.onExecute([this](const QString &) -> Reply<void> {
            if (m_pending)
                std::exchange(m_pending, std::nullopt)->finish(Result<void>{});
            return m_pending.emplace().reply();
        });
    }

    bool publish() { return m_service.publish().has_value(); }

private:
    Service m_service;
    Topic &m_verbs = m_service.topic("verbs"_topic);
    std::optional<ReplyPromise<void>> m_pending;
};

/// A client that uses every verb, one after the other, and then says where it stopped: 0 if nowhere.
class Everything
{
public:
    Everything(const Session &session, std::function<void(int)> done)
        : m_browser(session),
          m_talk(session, {}, "verbs"_topic, {.reconnect = true}),
          m_system(session, "Every"_service, "System"_topic),
          m_done(std::move(done))
    {
        run();
    }

private:
    Task run()
    {
        const Result<FoundTopics> found = co_await m_browser.find("every"_service, "VERBS"_topic);
        if (!found || found->topics.size() != 1)
            co_return m_done(1);
        const Result<ItemPage> page = co_await m_browser.items("Every"_service, "verbs"_topic);
        if (!page || page->items.size() != 2)
            co_return m_done(2);
        AdviseLink warm{m_talk, "stored"_item, {.kind = LinkKind::Warm}};
        AdviseLink acknowledged{m_talk, "stored"_item, {.pace = LinkPace::Acknowledged}};
        if (!co_await acknowledged.next())
            co_return m_done(3);
        const Result<Update> before = co_await m_talk.request("stored"_item);
        if (!before ||
            !co_await m_talk.poke("stored"_item, QStringLiteral("2"), {.ifSequence = before->sequence}))
            co_return m_done(4);
        if (co_await m_talk.poke("stored"_item, QStringLiteral("3"), {.ifSequence = before->sequence}))
            co_return m_done(5);
        const Result<Update> news = co_await warm.next();
        const Result<Update> value = co_await acknowledged.next();
        if (!news || !value || value->value.bytes() != "2" || news->sequence != value->sequence)
            co_return m_done(6);
        const auto many = co_await m_talk.requestMany(m_items);
        if (!many || many->constLast()->value.bytes() != "on demand")
            co_return m_done(7);
        const Reply<void> deferred = m_talk.execute(QStringLiteral("[first]"));
        (void)m_talk.execute(QStringLiteral("[second]"));
        if (!co_await deferred)
            co_return m_done(8);
        const Result<Update> status = co_await m_system.request("Status"_item);
        co_return m_done(status && status->value.bytes() == "Ready" ? 0 : 9);
    }

    ServiceBrowser m_browser;
    Conversation m_talk;
    Conversation m_system;
    QList<ItemName> m_items{"stored"_item, "made"_item};
    std::function<void(int)> m_done;
};

void serveForEver(Session session)
{
    while (true)
        session.wait(-1ms);
}

/// Where a client without an event loop stopped.
int useEverythingByWaiting()
{
    Session session = Session::join().value();
    std::optional<int> outcome;
    const Everything everything{session, [&](int stoppedAt) { outcome = stoppedAt; }};
    while (!outcome)
        session.wait(-1ms);
    return *outcome;
}

/// Where a client that knows nothing but Qt stopped.
int useEverythingByEventLoop()
{
    const Everything everything{Session::join().value(),
                                [](int stoppedAt) { QCoreApplication::exit(stoppedAt); }};
    return QCoreApplication::exec();
}

} // namespace

TELLWIRE_PEER(PlainServer)
{
    const Session session = Session::join().value();
    EveryVerb every{session};
    if (!every.publish())
        return 1;
    peerIsReady();
    serveForEver(session);
    return 0;
}

TELLWIRE_PEER(QtServer)
{
    EveryVerb every{Session::join().value()};
    if (!every.publish())
        return 1;
    peerIsReady();
    return QCoreApplication::exec();
}

TELLWIRE_PEER(PlainClient)
{
    peerIsReady();
    return useEverythingByWaiting();
}

TELLWIRE_PEER(QtClient)
{
    peerIsReady();
    return useEverythingByEventLoop();
}

// A plain thread serves, the main thread runs Qt's event loop, and a second plain thread is a client too.
TELLWIRE_PEER(BothStyles)
{
    std::binary_semaphore isPublished{0};
    std::thread{[&] {
        const Session session = Session::join().value();
        EveryVerb every{session};
        if (!every.publish())
            return;
        isPublished.release();
        serveForEver(session);
    }}.detach();
    isPublished.acquire();
    peerIsReady();
    int stoppedAt = 0;
    std::thread plain{[&] { stoppedAt = useEverythingByWaiting(); }};
    plain.join();
    const int outcome = stoppedAt != 0 ? stoppedAt : useEverythingByEventLoop();
    std::_Exit(outcome); // The serving thread has no end.
}

class EveryStyle : public testing::TestWithParam<std::pair<const char *, const char *>>
{};

TEST_P(EveryStyle, OfServerAndClientDoesEverything)
{
    const FreshSession fresh;
    const Peer server{GetParam().first};

    Peer client{GetParam().second};

    EXPECT_EQ(client.waitForExit(), 0);
}

INSTANTIATE_TEST_SUITE_P(Mixed, EveryStyle,
                         testing::Values(std::pair{"PlainServer", "PlainClient"},
                                         std::pair{"PlainServer", "QtClient"},
                                         std::pair{"QtServer", "PlainClient"},
                                         std::pair{"QtServer", "QtClient"}));

TEST(OneProcess, MayUseBothStyles)
{
    const FreshSession fresh;

    Peer both{"BothStyles"};

    EXPECT_EQ(both.waitForExit(), 0);
}

} // namespace tellwire::test
