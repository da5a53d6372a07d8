// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/mesh.h"

namespace tellwire::test {

using namespace std::chrono_literals;

namespace {

/// Of one program in one of its lives.
std::uint64_t sourceOf(Participant &self, std::size_t orderer)
{
    return self.life() * MeshLedger::orderers + orderer;
}

} // namespace

// The pair was set together, so nobody ever sees one half of it alone.
void Mesh::requestBatch(Participant &self, Conversation &talk)
{
    const QList<ItemName> pair{itemName(MeshLedger::items - 2), itemName(MeshLedger::items - 1)};
    const auto both = outcome(self, talk.requestMany(pair, format()));
    if (!both || !*both)
        return;
    const QList<Result<Update>> &values = **both;
    if (values.size() != 2 || !values[0] || !values[1])
        return self.complain(torn, "a request for two is not answered by two values");
    if (values[0]->sequence != values[1]->sequence)
        self.complain(torn, "requested " + std::to_string(values[0]->sequence) + " and " +
                                std::to_string(values[1]->sequence));
    ++answers;
}

void Mesh::requestOnce(Participant &self, Session &session)
{
    Seen seen{.service = self.random(MeshLedger::services),
              .item = self.random(MeshLedger::items),
              .isLink = false};
    Conversation talk{session, serviceName(seen.service), "data"_topic};
    for (std::uint64_t turn = 1 + self.random(20); turn > 0 && !self.isOver(); --turn) {
        const auto answer = outcome(self, talk.request(itemName(seen.item), format()));
        if (!answer || !*answer)
            break;
        ++answers;
        check(self, seen, **answer);
        const auto made = outcome(self, talk.request("made"_item, format()));
        if (made && *made && !SealedValue::read((*made)->value.bytes()))
            self.complain(damages, "a value that was made for a request");
        requestBatch(self, talk);
    }
    if (talk.state() == Conversation::State::Closed)
        session.wait(10ms);
}

void Mesh::request(Participant &self)
{
    Session session = Session::join().value();
    while (!self.isOver())
        requestOnce(self, session);
}

void Mesh::orderOnce(Participant &self, Session &session, std::size_t orderer)
{
    Conversation talk{session, serviceName(self.random(MeshLedger::services)), "data"_topic};
    struct Given
    {
        std::uint64_t number;
        bool isPoke;
        Reply<void> reply;
    };
    QList<Given> given;
    for (std::uint64_t count = 1 + self.random(8); count > 0; --count) {
        const std::uint64_t number = ++ledger->newestOrder.at(orderer);
        const auto order = [&](qsizetype length) {
            return SealedValue::make(sourceOf(self, orderer), number,
                                     std::max(length, SealedValue::headLength));
        };
        if (self.random(2) == 0)
            given.append({number, true,
                          talk.poke("order"_item,
                                    Payload{format(), order(SealedValue::randomLength(self.random()))})});
        else
            given.append({number, false, talk.execute(QString::fromLatin1(order(100).toBase64()))});
    }
    for (const Given &one : given) {
        const auto done = outcome(self, one.reply);
        if (!done || !*done)
            continue;
        self.progress();
        ++(one.isPoke ? pokes : executes);
        const auto &book = one.isPoke ? ledger->poked : ledger->executed;
        if (book.at(orderer)[one.number % MeshLedger::window] != one.number)
            self.complain(one.isPoke ? lostPokes : lostExecutes, "order " + std::to_string(one.number));
    }
    if (talk.state() == Conversation::State::Closed)
        session.wait(10ms);
}

void Mesh::order(Participant &self)
{
    Session session = Session::join().value();
    while (!self.isOver())
        orderOnce(self, session, 1 + static_cast<std::size_t>(self.number()));
}

} // namespace tellwire::test
