// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"
#include "conversations/service.h"
#include "dde/protocol/message_codec.h"
#include "dde/transport/handshake.h"
#include "dde/transport/layout.h"
#include "dde/transport/message_handler.h"
#include "dde/transport/seat.h"
#include "tests/processes/storm/storm.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"

#include <gtest/gtest.h>

#include <cstring>

#include <sys/socket.h>

namespace tellwire::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mostKept = 300;

/// Operations that no program of today knows.
constexpr transport::LogOperation fleeting{77};
constexpr transport::LogOperation lasting{78}; ///< Appended with the flag that asks for copies.

/// What a program of a later version writes: other features in its introduction, other records in the log.
class LaterCalls final : public transport::SystemCalls
{
public:
    ssize_t append(int file, const void *bytes, std::size_t length) override
    {
        transport::LogDecoding said = transport::decodeLogRecord(
            QByteArrayView(static_cast<const char *>(bytes), static_cast<qsizetype>(length)));
        if (said.outcome != transport::LogDecoding::Outcome::Complete || said.record.operation != lasting)
            return SystemCalls::append(file, bytes, length);
        said.record.flags |= transport::LogFlag::verbatim;
        said.record.reserved = 5;
        const QByteArray later = transport::encodeLogRecord(said.record);
        return SystemCalls::append(file, later.constData(), static_cast<std::size_t>(later.size()));
    }

    ssize_t sendMessage(int socket, const msghdr &message, int flags) override
    {
        transport::Hello hello{};
        if (message.msg_iovlen != 1 || message.msg_iov->iov_len != sizeof hello)
            return SystemCalls::sendMessage(socket, message, flags);
        std::memcpy(&hello, message.msg_iov->iov_base, sizeof hello);
        hello.minor = 9;
        hello.features = ~std::uint64_t{0};
        iovec part{&hello, sizeof hello};
        msghdr later = message;
        later.msg_iov = &part;
        return SystemCalls::sendMessage(socket, later, flags);
    }
};

/// Notes the answers to its questions, and skips all else.
class LaterHandler final : public transport::MessageHandler
{
public:
    static constexpr std::uint8_t firstType = protocol::firstMessageType;
    static constexpr std::uint8_t lastType = protocol::lastMessageType;

    explicit LaterHandler(transport::Seat & /*seat*/) {}

    void onMessage(const std::shared_ptr<transport::Channel> & /*from*/, transport::Message message) override
    {
        if (message.type == static_cast<std::uint8_t>(protocol::MessageType::Found))
            ++answers;
    }
    void onUnreadable(const std::shared_ptr<transport::Channel> & /*from*/, std::uint8_t /*type*/,
                      std::uint32_t /*id*/) override
    {}
    void onClosed(const std::shared_ptr<transport::Channel> & /*channel*/, const Error &reason) override
    {
        lastEnd = reason;
    }

    std::uint64_t answers = 0;
    std::optional<Error> lastEnd;
};

struct Later
{
    Counter kept;
    std::array<Counter, mostKept> names; ///< 1: the record of this number was acknowledged.
};

/// Programs of today among those of a later version.
class MixedVersions
{
public:
    MixedVersions()
    {
        storm.allowWarning("which this version does not expect from that side; it was skipped");
        storm.role("publisher", 2, [this](Participant &self) { publish(self); });
        storm.role("reader", 2, [this](Participant &self) { watch(self); });
        storm.role("later program", 3, [this](Participant &self) { beLater(self); });
        storm.role("program that fills the log", 2, [](Participant &self) { fillLog(self); });
    }

    /// All that was acknowledged is in the log still, and nobody has lost a word of it.
    void findWhatWasKept()
    {
        const Session session = Session::join().value();
        generations = session.seat().log().figures().generation;
        std::array<bool, mostKept> isThere{};
        for (const transport::LogRecord &record : session.seat().log().state().snapshot())
            if (record.operation == lasting && record.reserved == 5 && record.body == QByteArray(500, 'k'))
                isThere.at(record.key.mid(5).toUInt()) = true;
        for (std::size_t number = 0; number < mostKept; ++number)
            lost += ledger->names[number] != 0 && !isThere[number] ? 1 : 0;
    }

    FreshSession fresh;
    Storm storm;
    SharedArea<Later> ledger;
    Counter &updates = storm.counts("updates received");
    Counter &answers = storm.counts("answers to questions behind unknown messages");
    Counter &generations = storm.counts("generations of the log");
    Counter &gaps = storm.neverHappens("gaps in links that want every update");
    Counter &oddEnds = storm.neverHappens("channels ended for no known reason");
    Counter &lost = storm.neverHappens("unknown records lost");

private:
    void publish(Participant &self)
    {
        Session session = Session::join().value();
        Service service{session, "Today"_service};
        Topic &data = service.topic("data"_topic);
        data.setItem("item"_item, QStringLiteral("first"));
        if (!service.publish())
            return;
        for (std::uint64_t count = 0; !self.isOver(); ++count) {
            data.setItem("item"_item, QString::number(count));
            session.wait(1ms);
            self.progress();
        }
    }

    void watch(Participant &self)
    {
        Session session = Session::join().value();
        Conversation talk{session, "Today"_service, "data"_topic, {.reconnect = true}};
        AdviseLink link{talk, "item"_item, {.pace = LinkPace::EveryUpdate}};
        quint64 sequence = 0;
        QObject::connect(&link, &AdviseLink::updated, [&](const Update &update) {
            if (sequence != 0 && !update.afterGap && update.sequence != sequence + 1)
                self.complain(gaps, std::to_string(update.sequence) + " after " + std::to_string(sequence));
            sequence = update.sequence;
            ++updates;
            self.progress();
        });
        while (!self.isOver())
            session.wait(10ms);
    }

    void beLater(Participant &self)
    {
        LaterCalls calls;
        const std::shared_ptr<transport::Seat> seat =
            transport::Seat::join(QStringLiteral("default"), calls).value();
        auto &handler = seat->handler<LaterHandler>();
        while (!self.isOver()) {
            writeLaterRecords(*seat);
            for (const transport::LogEntry &entry : seat->log().state().withPrefix("service/"))
                ask(self, *seat, handler, entry.peer);
            seat->wait(2ms);
        }
    }

    void writeLaterRecords(transport::Seat &seat)
    {
        (void)seat.log().change({.operation = fleeting, .key = "fleeting", .body = QByteArray(100, 'f')});
        const std::uint64_t number = ledger->kept++;
        if (number >= mostKept)
            return;
        const QByteArray key = "kept/" + QByteArray::number(qulonglong{number});
        if (seat.log().change({.operation = lasting, .key = key, .body = QByteArray(500, 'k')}))
            ledger->names[number] = 1;
    }

    /// Says what nobody understands, then asks something that everybody does.
    void ask(Participant &self, transport::Seat &seat, LaterHandler &handler, transport::PeerId peer)
    {
        handler.lastEnd.reset();
        const std::shared_ptr<transport::Channel> channel = seat.channelTo(peer);
        (void)channel->send({.type = 0x7F, .flags = 3, .id = 1, .head = "later"});
        (void)channel->send({.type = 0x3E, .flags = 9, .id = 2, .payload = QByteArray(1000, 'x')});
        (void)channel->send(protocol::encode(protocol::Find{.transaction = 1, .service = "Nobody"_service}));
        const std::uint64_t goal = handler.answers + 1;
        const auto serve = [&seat](std::chrono::milliseconds atMost) { seat.wait(atMost); };
        (void)eventually([&] { return handler.answers >= goal || handler.lastEnd; }, serve);
        if (handler.answers >= goal) {
            ++answers;
            self.progress();
        } else if (!handler.lastEnd || handler.lastEnd->code != ErrorCode::PeerGone) {
            self.complain(oddEnds, handler.lastEnd ? handler.lastEnd->detail.toStdString() : "no answer");
        }
    }

    static void fillLog(Participant &self)
    {
        constexpr qint64 early = 16 * 1024;
        const auto directory = transport::SessionDirectory::openOrCreate(
            QStringLiteral("default"), QProcessEnvironment::systemEnvironment(),
            transport::realSystemCalls());
        const auto log = transport::SessionLog::open(*directory, transport::realSystemCalls(),
                                                     self.random(~std::uint64_t{0}) | 1U, early);
        while (!self.isOver()) {
            for (int count = 0; count < 20; ++count)
                (void)(*log)->change({.operation = transport::LogOperation::Put,
                                      .key = "filling/" + QByteArray::number(count),
                                      .body = QByteArray(1000, 'x')});
            self.progress();
        }
    }
};

TEST(ProgramsOfSeveralVersions, LiveInOneSession)
{
    MixedVersions all;

    all.storm.rage({.kills = 100});
    all.storm.settle();
    all.storm.end();
    all.findWhatWasKept();

    all.storm.report();
    EXPECT_GT(all.updates, 100U);
    EXPECT_GT(all.answers, 100U);
    EXPECT_GT(all.generations, 3U);
}

} // namespace
} // namespace tellwire::test
