// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "dde/transport/seat.h"
#include "tests/conversations/two_programs.h"
#include "tests/processes/failing_calls.h"
#include "tests/processes/open_descriptors.h"

// Every call of the kernel that a program makes in its life is refused once, one in each run. Then every step
// says what it tried, or succeeds; whatever others have is untouched; and nothing is left open.

namespace tellwire::test {
namespace {

const Format bytesFormat{QStringLiteral("application/octet-stream")};

Payload bytesOf(qsizetype size) { return {bytesFormat, QByteArray(size, 'b')}; }

/// A program without faults, with what it has published and put on a board.
struct Neighbour
{
    Session session = Session::join().value();
    Service service{session, "Neighbour"_service};
    Topic &topic = service.topic("data"_topic);
    Clipboard kept{session, "kept"_board};
    Clipboard shared{session};

    Neighbour()
    {
        topic.setItem("small"_item, QStringLiteral("small"));
        topic.setItem("large"_item, bytesOf(1 << 20));
        topic.onPoke([](const ItemName &, const Payload &) { return Result<void>{}; });
        topic.onExecute([](const QString &) { return Result<void>{}; });
        EXPECT_TRUE(service.publish());
        EXPECT_TRUE(kept.put(Offer{}.add(bytesOf(10'000))));
        EXPECT_TRUE(shared.put(Offer{}.add(bytesOf(10'000))));
    }
};

struct Fault
{
    std::string place;
    int number;
    int reason;
};

/// One life of a program in which one call fails.
class Life
{
public:
    explicit Life(const Fault &fault) : m_fault(fault), m_system(fault.place, fault.number, fault.reason) {}

    int live(Neighbour &neighbour)
    {
        const auto seat = transport::Seat::join(QStringLiteral("default"), m_system);
        if (note("join", seat))
            work(Session{*seat}, neighbour);
        return m_system.calls();
    }

private:
    template <typename T>
    bool note(const char *step, const Result<T> &outcome)
    {
        if (!outcome) {
            EXPECT_FALSE(outcome.error().detail.isEmpty()) << step << where();
            EXPECT_NE(outcome.error().code, ErrorCode::Corrupted)
                << step << where() << ": " << outcome.error().detail.toStdString();
        }
        return outcome.has_value();
    }

    /// What others did for this program: they may not have been reached, but it hears.
    template <typename T>
    void hear(const char *step, const Reply<T> &reply)
    {
        note(step, waitFor(reply, patience));
        EXPECT_TRUE(reply.isFinished()) << step << where();
    }

    std::string where() const
    {
        return " at " + m_fault.place + " number " + std::to_string(m_fault.number) + ", errno " +
               std::to_string(m_fault.reason);
    }

    void work(Session session, Neighbour &neighbour)
    {
        {
            Service service{session, "Faulty"_service};
            serve(service, neighbour);
            ask(session);
            useClipboard(session, neighbour);
        }
        session.process();
    }

    void serve(Service &service, Neighbour &neighbour)
    {
        Topic &topic = service.topic("data"_topic);
        topic.setItem("small"_item, QStringLiteral("small"));
        topic.setItem("large"_item, bytesOf(1 << 20));
        note("publish", service.publish());
        Conversation talk{neighbour.session, "Faulty"_service, "data"_topic};
        AdviseLink link{talk, "large"_item, {.formats = {bytesFormat}}};
        hear("request as a neighbour", talk.request("small"_item));
        topic.setItem("large"_item, bytesOf(1 << 21));
        hear("request many as a neighbour", talk.requestMany({"large"_item, "small"_item}, QList<Format>{}));
    }

    void ask(const Session &session)
    {
        Conversation talk{session, "Neighbour"_service, "data"_topic};
        AdviseLink link{talk, "large"_item, {.formats = {bytesFormat}, .pace = LinkPace::EveryUpdate}};
        hear("request", talk.request("large"_item, bytesFormat));
        hear("poke", talk.poke("large"_item, bytesOf(1 << 20)));
        hear("execute", talk.execute(QStringLiteral("[go]")));
    }

    void useClipboard(const Session &session, Neighbour &neighbour)
    {
        Clipboard own{session};
        hear("get", own.get(bytesFormat));
        const quint32 before = neighbour.shared.sequenceNumber();
        const Result<void> put = own.put(Offer{}.add(bytesOf(20'000)));
        note("put", put);
        if (put) {
            EXPECT_GT(neighbour.shared.sequenceNumber(), before) << where();
        }
        const qsizetype size = sizeOn(neighbour.shared);
        EXPECT_EQ(size, put ? 20'000 : 10'000) << "what is on the board" << where();
        note("promise", own.put(Offer{}.addDelayed(bytesFormat, [] { return bytesOf(30'000); })));
        hear("get as a neighbour", neighbour.shared.get(bytesFormat));
    }

    static qsizetype sizeOn(const Clipboard &board)
    {
        const Result<Payload> got = waitFor(board.get(bytesFormat), patience);
        return got ? got->bytes().size() : -1;
    }

    Fault m_fault;
    FailingCalls m_system;
};

std::vector<int> reasonsFor(const std::string &place)
{
    if (place == "append")
        return {ENOSPC, EINTR, FailingCalls::shortWrite};
    if (place == "allocate")
        return {ENOSPC, EINTR};
    if (place == "sendMessage")
        return {EAGAIN, ENOBUFS};
    if (place == "watch")
        return {EMFILE, ENOSPC};
    if (place == "Open" || place == "Link" || place == "Rename" || place == "Bind")
        return {EMFILE, ENOSPC};
    if (place == "Accept")
        return {EMFILE, ENOMEM, EINTR};
    return {ENOMEM};
}

/// Time-outs that a test can wait for.
struct ShortTimes
{
    ShortTimes()
    {
        for (const char *name : names)
            qputenv(name, "300");
    }
    ~ShortTimes()
    {
        for (const char *name : names)
            qunsetenv(name);
    }
    ShortTimes(const ShortTimes &) = delete;
    ShortTimes &operator=(const ShortTimes &) = delete;

    static constexpr std::array names{"TELLWIRE_CONNECT_TIMEOUT", "TELLWIRE_HANDSHAKE_TIMEOUT",
                                      "TELLWIRE_REQUEST_TIMEOUT", "TELLWIRE_CLIPBOARD_RENDER_TIME"};
};

/// What holds whatever has failed for another program.
void expectUnharmed(const Neighbour &neighbour)
{
    const Session newcomer = Session::join().value();
    Conversation talk{newcomer, "Neighbour"_service, "data"_topic};
    const Result<Update> asked = waitFor(talk.request("small"_item), patience);
    EXPECT_TRUE(asked) << asked.error().detail.toStdString();
    const Clipboard kept{newcomer, neighbour.kept.board()};
    const Result<Payload> got = waitFor(kept.get(bytesFormat), patience);
    EXPECT_TRUE(got && got->bytes().size() == 10'000);
    Clipboard other{newcomer, "other"_board};
    EXPECT_TRUE(other.put(Offer{}.add(bytesOf(100))));
}

/// Returns how many calls there were that could have failed.
int lifeWith(const Fault &fault)
{
    const FreshSession fresh;
    Neighbour neighbour;
    const int calls = Life{fault}.live(neighbour);
    expectUnharmed(neighbour);
    return calls;
}

} // namespace

class ACallThatFails : public testing::TestWithParam<const char *>
{};

TEST_P(ACallThatFails, BecomesAnErrorAndHarmsNobody)
{
    const ShortTimes times;
    const Fault none{GetParam(), 0, 0};
    const int calls = lifeWith(none);
    const std::vector<std::string> openBefore = openDescriptors();
    const std::size_t mappedBefore = mappedMemories();

    for (const int reason : reasonsFor(GetParam()))
        for (int number = 1; number <= calls && !HasFailure(); ++number)
            lifeWith({GetParam(), number, reason});

    EXPECT_GT(calls, 0);
    EXPECT_EQ(openDescriptors(), openBefore);
    EXPECT_EQ(mappedMemories(), mappedBefore);
    RecordProperty("calls", calls);
}

INSTANTIATE_TEST_SUITE_P(OfTheKernel, ACallThatFails, testing::ValuesIn(placesOfFailure),
                         [](const auto &each) { return std::string{each.param}; });

} // namespace tellwire::test
