// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/advise_link.h"
#include "conversations/service.h"
#include "tests/processes/storm/sealed_value.h"
#include "tests/processes/storm/storm.h"
#include "tests/support/fresh_session.h"

#include <array>

namespace tellwire::test {

/// What the programs of a mesh find in each other's work: it outlives all of them.
struct MeshLedger
{
    static constexpr std::size_t services = 3; ///< The last one survives.
    static constexpr std::size_t items = 6;    ///< Of each service; the last two are always set together.
    static constexpr std::size_t orderers = 8;
    static constexpr std::size_t window = 4096; ///< More orders than any program has on their way.

    /// Who serves it now.
    std::array<Counter, services> source;

    /// From now on each item gets one last value, whose number is below; 0 as long as it has not got it.
    Counter isQuiet;
    std::array<std::array<Counter, items>, services> lastSequence;

    /// The numbers of pokes and commands, never used twice, and those that a service has taken.
    std::array<Counter, orderers> newestOrder;
    std::array<std::array<Counter, window>, orderers> poked;
    std::array<std::array<Counter, window>, orderers> executed;
};

/// Publishers, and readers of every kind, of self-checking values. Every sentence about what must not happen
/// is a counter.
class Mesh
{
public:
    Mesh();

    // The bodies of its programs.
    void publish(Participant &self, std::size_t service);
    void surviveAndPublish(Participant &self);
    void watch(Participant &self, const LinkOptions &options);
    void watchWarm(Participant &self);
    void watchBatches(Participant &self);
    void request(Participant &self);
    void order(Participant &self);
    void surviveAndWatch(Participant &self);

    /// Everybody has the last value of everything that it watches.
    void settle();
    /// Everybody has ended, and the next one joins.
    void findNothingLeft();

    FreshSession fresh;
    Storm storm;
    SharedArea<MeshLedger> ledger;

    Counter &updates = storm.counts("updates received");
    Counter &bytes = storm.counts("bytes received");
    Counter &links = storm.counts("links that started");
    Counter &answers = storm.counts("requests answered");
    Counter &pokes = storm.counts("pokes acknowledged");
    Counter &executes = storm.counts("commands acknowledged");
    Counter &gone = storm.counts("ends of the other program noticed");
    Counter &overruns = storm.counts("links cut for being slow");
    Counter &timeouts = storm.counts("transactions and openings that took too long");
    Counter &busy = storm.counts("transactions refused as busy");

    Counter &gaps = storm.neverHappens("gaps in links that want every update");
    Counter &regressions = storm.neverHappens("values out of order");
    Counter &damages = storm.neverHappens("values damaged");
    Counter &mistakes = storm.neverHappens("values of another item, number or program");
    Counter &torn = storm.neverHappens("batches torn");
    Counter &lostPokes = storm.neverHappens("acknowledged pokes lost");
    Counter &lostExecutes = storm.neverHappens("acknowledged commands lost");
    Counter &twice = storm.neverHappens("orders carried out twice");
    Counter &disorder = storm.neverHappens("orders out of order");
    Counter &unfinished = storm.neverHappens("replies that never finish");
    Counter &untold = storm.neverHappens("links that never hear of their end");
    Counter &oddEnds = storm.neverHappens("ends for no known reason");
    Counter &descriptors = storm.neverHappens("descriptors left open in survivors");
    Counter &blocks = storm.neverHappens("bytes of shared memory left in survivors");
    Counter &files = storm.neverHappens("files left in the session's directory");
    Counter &entries = storm.neverHappens("entries left in the session log");
    Counter &grown = storm.counts("growth of the surviving reader's memory (KiB)");

    static ServiceName serviceName(std::size_t service);
    static ItemName itemName(std::size_t item);
    static Format format();

    /// What every value of one link, or of one conversation, is compared with.
    struct Seen
    {
        std::size_t service = 0;
        std::size_t item = 0;
        bool isLink = true; ///< False: the same value may come again, and nothing is missed.
        bool wantsEvery = false;
        std::uint64_t source = 0;
        std::uint64_t sequence = 0;
        std::uint64_t count = 0;
    };
    void check(Participant &self, Seen &seen, const Update &update);

    /// Counts why something ended.
    void noteEnd(Participant &self, const Error &reason);

    /// Serves the session until the reply is there; counts it if it never comes.
    template <typename T>
    std::optional<Result<T>> outcome(Participant &self, const Reply<T> &reply)
    {
        Patience patience{stormPatience / 2};
        while (!serveUntil([&] { return reply.isFinished(); }, std::chrono::milliseconds{100}) &&
               !patience.isOver()) {
        }
        if (!reply.isFinished()) {
            self.complain(unfinished, "a reply has not finished in half a minute");
            return std::nullopt;
        }
        if (!reply.result())
            noteEnd(self, reply.result().error());
        return reply.result();
    }

private:
    struct Published;
    void watchOnce(Participant &self, Session &session, LinkOptions options);
    void requestOnce(Participant &self, Session &session);
    void requestBatch(Participant &self, Conversation &talk);
    void orderOnce(Participant &self, Session &session, std::size_t orderer);
    bool offer(Participant &self, Published &published);
    void serve(Participant &self, Session &session, Published &published);
    void followLink(Participant &self, Session &session, const Seen &seen, const std::optional<Error> &end,
                    std::uint64_t limit);
    Result<void> take(Participant &self,
                      std::array<std::array<Counter, MeshLedger::window>, MeshLedger::orderers> &book,
                      const SealedValue &order);
};

} // namespace tellwire::test
