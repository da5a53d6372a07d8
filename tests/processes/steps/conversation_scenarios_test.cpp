// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/seat.h"
#include "tests/conversations/two_programs.h"
#include "tests/processes/steps/walk.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <vector>

namespace tellwire::test {

namespace {

constexpr int lastValue = 25;

/// The value with a number: it says by itself whether it is whole.
Payload numbered(int number, qsizetype length)
{
    const QByteArray piece = QByteArray::number(number) + ';';
    return Payload{Format::text(), piece.repeated(std::max<qsizetype>(length / piece.size(), 1))};
}

/// The number of a value; nothing if it is not whole.
std::optional<int> numberOf(const Payload &value)
{
    const QByteArray bytes = value.bytes();
    const QByteArray piece = bytes.left(bytes.indexOf(';') + 1);
    if (piece.isEmpty() || bytes != piece.repeated(bytes.size() / piece.size()))
        return std::nullopt;
    return piece.chopped(1).toInt();
}

/// A service with a value that fits into a message, one that does not, and one that fits into no segment
/// there is.
class Feed
{
public:
    explicit Feed(Session &session, const ServiceName &name = "Feed"_service) : m_service(session, name)
    {
        publish();
        EXPECT_TRUE(m_service.publish());
        m_topic.onExecute([this](const QString &command) -> Result<void> {
            isAsked = isAsked || command == QStringLiteral("end");
            return {};
        });
    }

    void publish()
    {
        ++number;
        m_topic.setItem("small"_item, numbered(number, 8));
        m_topic.setItem("medium"_item, numbered(number, 300));
        if (number % 10 == 1)
            m_topic.setItem("large"_item, numbered(number, 300'000));
    }

    int watchers() const { return m_topic.watchers("medium"_item); }

    int number = 0;
    bool isAsked = false; ///< To end.

private:
    Service m_service;
    Topic &m_topic = m_service.topic("data"_topic);
};

/// Reads all of a feed, and looks whether it is right.
class Reader
{
public:
    explicit Reader(Session &session, const ServiceName &name = "Feed"_service)
        : m_talk(session, name, "data"_topic),
          m_small(m_talk, "small"_item, {.pace = LinkPace::EveryUpdate}),
          m_medium(m_talk, "medium"_item, {.pace = LinkPace::EveryUpdate}),
          m_newest(m_talk, "medium"_item, {.pace = LinkPace::NewestOnly}),
          m_large(m_talk, "large"_item, {.pace = LinkPace::NewestOnly}),
          m_lent(m_talk, "large"_item, {.pace = LinkPace::EveryUpdate})
    {
        note(m_small, small, true);
        note(m_medium, medium, true);
        note(m_newest, newest, false);
        note(m_large, large, false);
        note(m_lent, lent, false);
    }
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;

    Reply<Update> request() { return m_talk.request("medium"_item); }
    Reply<void> askForTheEnd() { return m_talk.execute(QStringLiteral("end")); }
    bool isOpen() const { return m_talk.state() == Conversation::State::Open; }
    bool isClosed() const { return m_talk.state() == Conversation::State::Closed; }

    bool isRight = true;
    int small = 0;
    int medium = 0;
    int newest = 0;
    int large = 0;
    int lent = 0;

private:
    void note(AdviseLink &link, int &last, bool isComplete)
    {
        QObject::connect(&link, &AdviseLink::updated, &link, [this, &last, isComplete](const Update &update) {
            const std::optional<int> number = numberOf(update.value);
            const bool isNext = number && (!isComplete || last == 0 || *number == last + 1) && *number > last;
            EXPECT_TRUE(isNext) << "after " << last << ": " << number.value_or(-1);
            isRight = isRight && isNext;
            last = number.value_or(last);
        });
    }

    Conversation m_talk;
    AdviseLink m_small;
    AdviseLink m_medium;
    AdviseLink m_newest;
    AdviseLink m_large;
    AdviseLink m_lent;
};

/// The walker reads what somebody else publishes.
class Reading : public Scenario
{
public:
    void meet() override
    {
        m_session.emplace(Session::join().value());
        m_feed = std::make_unique<Feed>(*m_session);
    }

    bool walk(Ledger &) override
    {
        std::optional<Session> session = Session::join().value();
        auto reader = std::make_unique<Reader>(*session);
        const Result<Update> asked = waitFor(reader->request(), patience);
        const bool isThere = asked && numberOf(asked->value);
        const bool isDone = eventually(
            [&] {
                return reader->medium >= lastValue && reader->newest >= lastValue && reader->large > 0 &&
                       reader->lent > 0;
            },
            serveSessions);
        EXPECT_TRUE(isDone) << "small " << reader->small << ", medium " << reader->medium << ", newest "
                            << reader->newest << ", large " << reader->large << ", lent " << reader->lent;
        const bool isRight = reader->isRight;
        reader.reset();
        session.reset();
        return isThere && isDone && isRight;
    }

    void turn(std::chrono::milliseconds atMost) override
    {
        m_feed->publish();
        Scenario::turn(atMost);
    }

    void goOn(const Ledger &) override
    {
        Session session = Session::join().value();
        Reader other{session};
        const auto seesAll = [&] {
            m_feed->publish();
            return other.medium > lastValue && other.newest > lastValue && other.large > 0 && other.lent > 0;
        };
        EXPECT_TRUE(eventually(seesAll, serveSessions));
        EXPECT_TRUE(other.isRight);
    }

    void settle(const Ledger &) override
    {
        EXPECT_TRUE(eventually([&] { return m_feed->watchers() == 0; }, serveSessions));
    }

private:
    std::optional<Session> m_session;
    std::unique_ptr<Feed> m_feed;
};
TELLWIRE_SCENARIO(Reading)

/// The walker says more before its connection stands than may lie in what the other side gets with it.
class OpeningManyAtOnce : public Scenario
{
public:
    void meet() override
    {
        m_session.emplace(Session::join().value());
        m_feed = std::make_unique<Feed>(*m_session);
    }

    bool walk(Ledger &) override
    {
        constexpr int count = 24;
        Session session = Session::join().value();
        std::vector<std::unique_ptr<Conversation>> talks;
        for (int number = 0; number < count; ++number) {
            const QString topic = QString(250, u'\u00e4') + QString::number(number);
            talks.push_back(std::make_unique<Conversation>(session, "Feed"_service,
                                                           TopicName::fromUserText(topic).value()));
        }
        return eventually(
            [&] {
                return std::ranges::all_of(
                    talks, [](const auto &talk) { return talk->state() == Conversation::State::Closed; });
            },
            serveSessions);
    }

    void goOn(const Ledger &) override
    {
        const Session session = Session::join().value();
        Conversation talk{session, "Feed"_service, "data"_topic};
        EXPECT_TRUE(waitFor(talk.request("small"_item), patience));
    }

private:
    std::optional<Session> m_session;
    std::unique_ptr<Feed> m_feed;
};
TELLWIRE_SCENARIO(OpeningManyAtOnce)

/// The walker publishes what somebody else reads.
class Publishing : public Scenario
{
public:
    bool walk(Ledger &) override
    {
        std::optional<Session> session = Session::join().value();
        auto feed = std::make_unique<Feed>(*session);
        const bool isAsked = eventually([&] { return feed->isAsked; },
                                        [&](auto atMost) {
                                            serveSessions(atMost);
                                            feed->publish();
                                        });
        feed.reset();
        session.reset();
        return isAsked;
    }

    void turn(std::chrono::milliseconds atMost) override
    {
        if (!m_reader || (m_reader->isClosed() && !m_end)) {
            m_reader = std::make_unique<Reader>(joined()); // It may not have been there yet.
        }
        if (!m_end && m_reader->medium >= lastValue && m_reader->newest >= lastValue)
            m_end.emplace(m_reader->askForTheEnd());
        Scenario::turn(atMost);
    }

    void goOn(const Ledger &) override
    {
        Session session = Session::join().value();
        Feed feed{session, "Another"_service};
        Reader reader{joined(), "Another"_service};
        const auto seesAll = [&] {
            feed.publish();
            return reader.medium > 5 && reader.newest > 5;
        };
        EXPECT_TRUE(eventually(seesAll, serveSessions));
    }

    void settle(const Ledger &) override
    {
        if (m_reader) {
            EXPECT_TRUE(m_reader->isRight);
            EXPECT_TRUE(eventually([&] { return m_reader->isClosed(); }, serveSessions));
        }
    }

private:
    /// Not before the walker was forked.
    Session &joined()
    {
        if (!m_session)
            m_session.emplace(Session::join().value());
        return *m_session;
    }

    std::optional<Session> m_session;
    std::unique_ptr<Reader> m_reader;
    std::optional<Reply<void>> m_end;
};
TELLWIRE_SCENARIO(Publishing)

} // namespace

} // namespace tellwire::test
