// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "tests/conversations/two_programs.h"
#include "tests/support/peer.h"

#include <csignal>
#include <sys/time.h>

namespace tellwire::test {
namespace {

constexpr qsizetype size = 8 << 20;
const Format bytesFormat{QStringLiteral("application/octet-stream")};

volatile std::sig_atomic_t interruptions = 0;
volatile std::sig_atomic_t brokenPipes = 0;

/// Interrupts whatever this process does, again and again, while it lives; and nothing is begun again for it.
class Interruptions
{
public:
    Interruptions()
    {
        struct sigaction action
        {};
        action.sa_handler = [](int) { interruptions = interruptions + 1; };
        sigaction(SIGALRM, &action, &m_before);
        every(300);
    }
    ~Interruptions()
    {
        every(0);
        sigaction(SIGALRM, &m_before, nullptr);
    }
    Interruptions(const Interruptions &) = delete;
    Interruptions &operator=(const Interruptions &) = delete;

private:
    static void every(suseconds_t microseconds)
    {
        const itimerval times{{0, microseconds}, {0, microseconds}};
        setitimer(ITIMER_REAL, &times, nullptr);
    }

    struct sigaction m_before
    {};
};

template <typename T>
void expectGood(const char *step, const Result<T> &outcome)
{
    EXPECT_TRUE(outcome) << step << ": " << outcome.error().detail.toStdString();
}

void talkTo(const Session &session)
{
    Conversation talk{session, "Patient"_service, "data"_topic};
    talk.setTimeout(patience);
    AdviseLink link{talk, "large"_item, {.formats = {bytesFormat}, .pace = LinkPace::EveryUpdate}};
    const Heard heard{link};
    expectGood("poke",
               waitFor(talk.poke("large"_item, Payload{bytesFormat, QByteArray(size, 'p')}), patience));
    expectGood("request", waitFor(talk.request("large"_item, bytesFormat), patience));
    expectGood("execute", waitFor(talk.execute(QStringLiteral("[go]")), patience));
    EXPECT_TRUE(eventually(
        [&] { return !heard.updates.empty() && heard.updates.last().value.bytes().size() == size; },
        serveSessions));
}

} // namespace

TELLWIRE_PEER(IsInterrupted)
{
    const Interruptions here;
    Session session = Session::join().value();
    Service service{session, "Patient"_service};
    Topic &topic = service.topic("data"_topic);
    topic.setItem("large"_item, Payload{bytesFormat, QByteArray(1, 'p')});
    topic.onPoke([&](const ItemName &item, const Payload &value) -> Result<void> {
        topic.setItem(item, value);
        return {};
    });
    topic.onExecute([](const QString &) { return Result<void>{}; });
    expectGood("publish", service.publish());
    peerIsReady();
    while (!testing::Test::HasFailure())
        session.wait(-1ms);
    return 1;
}

TEST(AProgramThatIsInterruptedAllTheTime, DoesEverythingAllTheSame)
{
    const FreshSession fresh;
    const Peer server{"IsInterrupted"};

    {
        const Interruptions here;
        const Session session = Session::join().value();
        talkTo(session);
        Clipboard clipboard{session};
        expectGood("put", clipboard.put(Offer{}.add(Payload{bytesFormat, QByteArray(size, 'c')})));
        const Result<Payload> got = waitFor(clipboard.get(bytesFormat), patience);
        expectGood("get", got);
        EXPECT_EQ(got ? got->bytes().size() : 0, size);
    }

    EXPECT_GT(interruptions, 0);
}

/// Ends after the first thing that it is asked.
TELLWIRE_PEER(DiesEarly)
{
    Session session = Session::join().value();
    Service service{session, "Mortal"_service};
    Topic &topic = service.topic("data"_topic);
    topic.onExecute([](const QString &) -> Result<void> { _exit(0); });
    if (!service.publish())
        return 1;
    peerIsReady();
    while (true)
        session.wait(-1ms);
}

TEST(AProgramWhosePeersDie, IsNeverSentSigpipe)
{
    const FreshSession fresh;
    struct sigaction action
    {};
    struct sigaction before
    {};
    action.sa_handler = [](int) { brokenPipes = brokenPipes + 1; };
    sigaction(SIGPIPE, &action, &before);
    const Session session = Session::join().value();

    for (int round = 0; round < 10; ++round) {
        Peer server{"DiesEarly"};
        Conversation talk{session, "Mortal"_service, "data"_topic};
        QList<Reply<void>> replies;
        for (int number = 0; number < 50; ++number)
            replies.append(talk.execute(QString(number * 3'000, QLatin1Char('x'))));
        for (const Reply<void> &reply : replies)
            EXPECT_FALSE(waitFor(reply, patience));
        server.waitForExit();
    }
    sigaction(SIGPIPE, &before, nullptr);

    EXPECT_EQ(brokenPipes, 0);
}

} // namespace tellwire::test
