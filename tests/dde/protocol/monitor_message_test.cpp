// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/monitor_message.h"

#include "tests/dde/protocol/damage.h"
#include "tests/dde/protocol/wire_message.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>

using namespace tellwire;
using namespace tellwire::protocol;

namespace {

/// For each kind. A build with the address sanitizer is where it counts most.
constexpr int damagedMessages = 20'000;

/// One event of each kind, with all that it can have.
QList<MonitorEvent> oneOfEach()
{
    const MonitoredData data = MonitoredData::of(QByteArray(100, 'x'));
    const Error no{ErrorCode::Refused, QStringLiteral("no"), 7, std::chrono::milliseconds{5}};
    const MonitoredCallback::Context context{1, 2, -3, 4, 5};
    MonitorEvent event{.time = decltype(event.time){std::chrono::microseconds{12}},
                       .client = {3, 4711, QStringLiteral("viewer")},
                       .conversation = 5,
                       .service = "Quotes"_service,
                       .topic = "NYSE"_topic,
                       .item = "ZAXX"_item,
                       .format = QStringLiteral("text/plain"),
                       .queuedMessages = 6,
                       .waitingBytes = 7};
    const QList<MonitorEvent::What> whats{
        MonitoredConversation{MonitoredConversation::Change::Refused, no},
        MonitoredLink{MonitoredLink::Change::Ended, 8, LinkKind::Warm, LinkPace::Acknowledged, true, no},
        MonitoredTransaction{MonitoredTransaction::Verb::Poke, no, std::chrono::nanoseconds{9}, data},
        MonitoredUpdate{10, LinkKind::Hot, 11, data},
        MonitoredError{MonitoredError::What::ExactFace, no, 0x4001},
        MonitoredMessage{0x14, true, 12, data},
        MonitoredCallback{0x10B0, 1, 13, QStringLiteral("a"), QStringLiteral("b"), 14, 15, 16, 17, context,
                          data},
        MonitoredString{MonitoredString::Change::Freed, 18, QStringLiteral("ZAXX")}};
    QList<MonitorEvent> events;
    for (const MonitorEvent::What &what : whats) {
        event.what = what;
        events.append(event);
    }
    return events;
}

transport::Message encodeAgain(const MonitorMessage &message)
{
    return std::visit([](const auto &is) { return encode(is); }, message);
}

} // namespace

TEST(AMonitorEvent, KnowsItsKind)
{
    const QList<MonitorEvent> events = oneOfEach();

    MonitorKinds kinds;
    for (const MonitorEvent &event : events)
        kinds |= event.kind();

    EXPECT_EQ(events.first().kind(), MonitorKind::Conversations);
    EXPECT_EQ(events.last().kind(), MonitorKind::Strings);
    EXPECT_EQ(kinds, allMonitorKinds);
}

TEST(AMonitorMessage, IsReadAsItWasWritten)
{
    for (const MonitorEvent &event : oneOfEach()) {
        const Event message{.lost = 3, .event = event};

        const Result<MonitorMessage> read = decodeForMonitor(encode(message));

        ASSERT_TRUE(read) << read.error().detail.toStdString();
        EXPECT_EQ(std::get<Event>(*read), message);
    }
    const Observe wish{MonitorKind::Links | MonitorKind::Strings};
    EXPECT_EQ(decodeFromMonitor(encode(wish)).value(), wish);
    EXPECT_EQ(std::get<Observed>(decodeForMonitor(encode(Observed{wish.kinds})).value()).kinds, wish.kinds);
}

TEST(AMonitorMessage, IsSkippedFromTheSideThatDoesNotSendIt)
{
    const auto skipped = ErrorCode::VersionMismatch;

    EXPECT_EQ(decodeForMonitor(encode(Observe{})).error().code, skipped);
    EXPECT_EQ(decodeFromMonitor(encode(Observed{})).error().code, skipped);
    EXPECT_EQ(decodeFromMonitor(encode(Event{})).error().code, skipped);
    EXPECT_EQ(decodeForMonitor(message(0x6F)).error().code, skipped);
}

TEST(AMonitorEvent, IsCutToItsBoundsAndRejectedBeyondThem)
{
    MonitorEvent event;
    event.client.name = QString(300, u'x');
    event.what = MonitoredUpdate{.data = {.size = 2, .beginning = "ab"}};
    transport::Message liar = encode(Event{.event = event});
    event.what = MonitoredUpdate{.data = {.size = 3, .beginning = "ab"}};
    const QByteArray other = encode(Event{.event = event}).head;
    *std::mismatch(liar.head.begin(), liar.head.end(), other.begin()).first = 1;

    EXPECT_EQ(complaintAbout(decodeForMonitor(liar)),
              "A malformed Event arrived: data begins with more than it has");

    event.what = MonitoredUpdate{.data = {.size = 100, .beginning = QByteArray(40, 'x')}};
    const Result<MonitorMessage> read = decodeForMonitor(encode(Event{.event = event}));
    ASSERT_TRUE(read);
    EXPECT_EQ(std::get<Event>(*read).event.client.name.size(), maxMonitoredProgramInBytes);
    EXPECT_EQ(std::get<MonitoredUpdate>(std::get<Event>(*read).event.what).data.beginning.size(), 32);
}

TEST(AMonitorEvent, IsRejectedWithATimeThatNoClockHolds)
{
    const transport::Message right = encode(Event{.event = oneOfEach().first()});
    constexpr auto last = std::chrono::floor<std::chrono::microseconds>(std::chrono::nanoseconds::max());
    const std::string complaint = "A malformed Event arrived: its time is beyond any clock";

    const auto withTime = [&](std::int64_t time) {
        return decodeForMonitor(with(&transport::Message::time, time, right));
    };

    EXPECT_EQ(complaintAbout(withTime(last.count())), "nothing");
    EXPECT_EQ(complaintAbout(withTime(-last.count())), "nothing");
    EXPECT_EQ(complaintAbout(withTime(last.count() + 1)), complaint);
    EXPECT_EQ(complaintAbout(withTime(std::numeric_limits<std::int64_t>::min())), complaint);
}

TEST(AMonitorMessage, IsRejectedWhenItsHeadEndsEarly)
{
    for (const MonitorEvent &event : oneOfEach()) {
        transport::Message bytes = encode(Event{.event = event});
        for (qsizetype size = bytes.head.size() - 1; size >= 0; --size) {
            bytes.head.truncate(size);
            ASSERT_FALSE(decodeForMonitor(bytes)) << bytes.head.toHex().toStdString();
        }
    }
}

TEST(AMonitorMessage, IsRejectedWhenDamagedOrMeansWhatItSays)
{
    RandomMessage random{5};
    transport::Message bytes;
    for (const MonitorEvent &event : oneOfEach())
        for (int round = 0; round < damagedMessages; ++round) {
            if (round % 8 == 0)
                bytes = encode(Event{.event = event});
            damage(bytes, random);

            const Result<MonitorMessage> read = decodeForMonitor(bytes);
            ASSERT_TRUE(!read || sameBytes(encodeAgain(*read), bytes))
                << "round " << round << ", head " << bytes.head.toHex().toStdString();
        }
}
