// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/mesh.h"

#include "dde/transport/seat.h"
#include "tests/support/eventually.h"

#include <filesystem>
#include <map>

namespace tellwire::test {

namespace {

using namespace std::chrono_literals;

std::uint64_t openDescriptors()
{
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::uint64_t>(std::distance(begin(all), end(all)));
}

} // namespace

/// One service at work.
struct Mesh::Published
{
    Published(Session session, std::size_t ownNumber, std::uint64_t ownLife)
        : service(session, serviceName(ownNumber)),
          number(ownNumber),
          life(ownLife)
    {
        setLast();
    }

    std::uint64_t source(std::size_t item) const
    {
        return ((life + 1) * MeshLedger::services + number) * MeshLedger::items + item;
    }
    Payload next(std::size_t item, qsizetype length)
    {
        return {format(), SealedValue::make(source(item), ++sequences[item], length)};
    }
    void set(std::size_t item, qsizetype length) { data.setItem(itemName(item), next(item, length)); }

    void setPair(qsizetype length)
    {
        data.setItems(
            {{itemName(pair), {next(pair, length)}}, {itemName(pair + 1), {next(pair + 1, length)}}});
    }
    void setLast()
    {
        for (std::size_t item = 0; item < pair; ++item)
            set(item, SealedValue::headLength);
        setPair(SealedValue::headLength);
    }
    void setSomething(std::mt19937_64 &random)
    {
        const std::size_t item = random() % MeshLedger::items;
        const qsizetype length = SealedValue::randomLength(random);
        if (item < pair)
            return set(item, length);
        setPair(length);
    }

    static constexpr std::size_t pair = MeshLedger::items - 2;
    Service service;
    Topic &data = service.topic("data"_topic);
    std::size_t number;
    std::uint64_t life;
    std::array<std::uint64_t, MeshLedger::items> sequences{};
    std::map<std::uint64_t, std::uint64_t> newest; ///< Order of each client in each of its lives.
};

// An order goes into the ledger before it is answered, so that no answer is ahead of it.
Result<void> Mesh::take(Participant &self,
                        std::array<std::array<Counter, MeshLedger::window>, MeshLedger::orderers> &book,
                        const SealedValue &order)
{
    Counter &line = book.at(order.source % MeshLedger::orderers)[order.sequence % MeshLedger::window];
    if (line.exchange(order.sequence) == order.sequence)
        self.complain(twice, "order " + std::to_string(order.sequence));
    return {};
}

bool Mesh::offer(Participant &self, Published &published)
{
    const auto takeInOrder = [this, &self, &published](auto &book, const QByteArray &taken) -> Result<void> {
        const std::optional<SealedValue> order = SealedValue::read(taken);
        if (!order || order->isEmpty) {
            self.complain(damages, "an order of " + std::to_string(taken.size()) + " bytes");
            return Error{ErrorCode::BadData, QStringLiteral("damaged")};
        }
        if (std::exchange(published.newest[order->source], order->sequence) >= order->sequence)
            self.complain(disorder, "order " + std::to_string(order->sequence));
        return take(self, book, *order);
    };
    published.data.onPoke([this, takeInOrder](const ItemName & /*item*/, const Payload &value) {
        return takeInOrder(ledger->poked, value.bytes());
    });
    published.data.onExecute([this, takeInOrder](const QString &command) {
        return takeInOrder(ledger->executed, QByteArray::fromBase64(command.toLatin1()));
    });
    published.data.provideItem("made"_item, {format()}, [&published](const Format &) -> Result<Payload> {
        return Payload{format(), SealedValue::make(published.source(0), 1, 1000)};
    });
    const Result<void> offered = published.service.publish();
    if (!offered)
        self.complain(oddEnds, "publish: " + offered.error().detail.toStdString());
    return offered.has_value();
}

void Mesh::serve(Participant &self, Session &session, Published &published)
{
    ledger->source.at(published.number) = published.life;
    bool isQuiet = false;
    while (!self.isOver()) {
        if (!isQuiet && ledger->isQuiet != 0) {
            isQuiet = true;
            published.setLast();
            for (std::size_t item = 0; item < MeshLedger::items; ++item)
                ledger->lastSequence.at(published.number)[item] = published.sequences[item];
        }
        for (std::uint64_t burst = isQuiet ? 0 : self.random(32); burst > 0; --burst)
            published.setSomething(self.random());
        session.wait(std::chrono::milliseconds{isQuiet ? 5 : self.random(3)});
        self.progress();
    }
}

void Mesh::publish(Participant &self, std::size_t service)
{
    Session session = Session::join().value();
    Published published{session, service, self.life()};
    if (offer(self, published))
        serve(self, session, published);
}

void Mesh::surviveAndPublish(Participant &self)
{
    const std::uint64_t before = openDescriptors();
    {
        Session session = Session::join().value();
        const transport::Arena &arena = session.seat().arena();
        auto published = std::make_unique<Published>(session, MeshLedger::services - 1, self.life());
        // What was given back waits in a quarantine until other blocks push it out, and there are blocks only
        // for those who read them.
        const auto used = [&] {
            const Session reading = Session::join().value();
            Conversation talk{reading, serviceName(published->number), "data"_topic};
            AdviseLink link{talk, itemName(0), {.formats = {format()}}};
            if (!serveUntil([&] { return link.latest().has_value(); }, stormPatience))
                self.complain(untold, "no value from the own service");
            for (int count = 0; count < 1000; ++count)
                published->set(0, SealedValue::headLength + transport::inlineLength);
            return arena.usedBytes();
        };
        if (!offer(self, *published))
            return;
        const std::uint64_t usedBefore = used();
        serve(self, session, *published);
        const auto serveSession = [&](std::chrono::milliseconds atMost) { session.wait(atMost); };
        if (!eventually([&] { return session.seat().channels().empty(); }, serveSession))
            self.complain(untold, "the surviving publisher still has channels when all others have ended");
        const std::uint64_t usedAfter = used();
        if (usedAfter > usedBefore)
            self.complain(blocks, "used " + std::to_string(usedBefore) + " bytes before, " +
                                      std::to_string(usedAfter) + " after");
    }
    if (const std::uint64_t after = openDescriptors(); after > before)
        self.complain(descriptors, "the surviving publisher: " + std::to_string(before) + " before, " +
                                       std::to_string(after) + " after");
}

} // namespace tellwire::test
