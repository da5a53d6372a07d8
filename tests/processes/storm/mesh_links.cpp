// SPDX-License-Identifier: Apache-2.0
#include "tests/processes/storm/mesh.h"

#include <filesystem>

#include <malloc.h>

namespace tellwire::test {

namespace {

using namespace std::chrono_literals;

std::uint64_t openDescriptors()
{
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::uint64_t>(std::distance(begin(all), end(all)));
}

} // namespace

// Until the link has ended or brought enough; when all is quiet, for as long as it has the last value.
void Mesh::followLink(Participant &self, Session &session, const Seen &seen, const std::optional<Error> &end,
                      std::uint64_t limit)
{
    std::uint64_t count = seen.count;
    Patience patience{stormPatience / 2};
    while (!self.isOver() && !end) {
        const bool isQuiet = ledger->isQuiet != 0;
        const std::uint64_t last = ledger->lastSequence.at(seen.service).at(seen.item);
        if (isQuiet && last != 0 && seen.sequence == last)
            self.progress();
        else if (!isQuiet && seen.count >= limit)
            return;
        session.wait(10ms);
        if (std::exchange(count, seen.count) != seen.count || isQuiet)
            patience = Patience{stormPatience / 2};
        if (patience.isOver())
            return self.complain(untold, "no value and no end in half a minute, service " +
                                             std::to_string(seen.service) + ", " +
                                             std::to_string(seen.count) + " values, source " +
                                             std::to_string(seen.source));
    }
}

void Mesh::watchOnce(Participant &self, Session &session, LinkOptions options)
{
    Seen seen{.service = self.random(MeshLedger::services),
              .item = self.random(MeshLedger::items),
              .wantsEvery = options.pace == LinkPace::EveryUpdate};
    std::optional<Error> end;
    options.formats = {format()};
    options.window = static_cast<quint16>(1 + self.random(4));
    Conversation talk{session, serviceName(seen.service), "data"_topic, {.reconnect = self.random(2) == 0}};
    AdviseLink link{talk, itemName(seen.item), options};
    QObject::connect(&link, &AdviseLink::updated, [&](const Update &update) {
        if (seen.sequence == 0)
            ++links;
        check(self, seen, update);
        if (options.acknowledgement == Acknowledgement::Explicit)
            link.acknowledge();
    });
    QObject::connect(&link, &AdviseLink::wentStale, [&](const Staleness &) { ++gone; });
    QObject::connect(&link, &AdviseLink::ended, [&](const Error &reason) {
        end = reason;
        noteEnd(self, reason);
    });
    followLink(self, session, seen, end, 1 + self.random(400));
    if (end && end->code == ErrorCode::NoSuchService)
        session.wait(10ms); // the log tells of its return
}

void Mesh::watch(Participant &self, const LinkOptions &options)
{
    Session session = Session::join().value();
    while (!self.isOver())
        watchOnce(self, session, options);
}

// News, and a request for each.
void Mesh::watchWarm(Participant &self)
{
    Session session = Session::join().value();
    while (!self.isOver()) {
        Seen seen{.service = self.random(MeshLedger::services),
                  .item = self.random(MeshLedger::items),
                  .isLink = false};
        std::optional<Error> end;
        Conversation talk{session, serviceName(seen.service), "data"_topic};
        AdviseLink link{talk, itemName(seen.item), {.formats = {format()}, .kind = LinkKind::Warm}};
        const auto ask = [&](quint64 news) {
            link.request().then(&link, [&, news](const Result<Update> &answer) {
                if (!answer)
                    return noteEnd(self, answer.error());
                if (answer->sequence < news)
                    self.complain(regressions, "a value older than the news of it");
                ++answers;
                check(self, seen, *answer);
            });
        };
        QObject::connect(&link, &AdviseLink::changed, [&](const Update &news) { ask(news.sequence); });
        QObject::connect(&link, &AdviseLink::ended, [&](const Error &reason) {
            end = reason;
            noteEnd(self, reason);
        });
        ask(0); // a link that starts when all is quiet already hears no news
        followLink(self, session, seen, end, 1 + self.random(200));
        link.end();
        if (end && end->code == ErrorCode::NoSuchService)
            session.wait(10ms);
    }
}

// What is set together comes together.
void Mesh::watchBatches(Participant &self)
{
    Session session = Session::join().value();
    constexpr std::size_t pair = MeshLedger::items - 2;
    const LinkOptions options{.formats = {format()}, .pace = LinkPace::EveryUpdate, .wholeBatches = true};
    while (!self.isOver()) {
        Seen left{.service = self.random(MeshLedger::services), .item = pair, .wantsEvery = true};
        Seen right{.service = left.service, .item = pair + 1, .wantsEvery = true};
        std::optional<Error> end;
        Conversation talk{session, serviceName(left.service), "data"_topic};
        AdviseLink leftLink{talk, itemName(left.item), options};
        AdviseLink rightLink{talk, itemName(right.item), options};
        // The two links do not start at one moment; from then on they are equal.
        const auto compare = [&](const Update &update) {
            const bool bothBegan = left.count > 1 && right.count > 1;
            if (bothBegan && leftLink.latest()->sequence != rightLink.latest()->sequence)
                self.complain(torn, "left " + std::to_string(leftLink.latest()->sequence) + ", right " +
                                        std::to_string(rightLink.latest()->sequence) + ", told of " +
                                        std::to_string(update.sequence));
        };
        const auto follow = [&](AdviseLink &link, Seen &seen) {
            QObject::connect(&link, &AdviseLink::updated, [&](const Update &update) {
                check(self, seen, update);
                compare(update);
            });
            QObject::connect(&link, &AdviseLink::ended, [&](const Error &reason) {
                end = reason;
                noteEnd(self, reason);
            });
        };
        follow(leftLink, left);
        follow(rightLink, right);
        followLink(self, session, right, end, 1 + self.random(200));
        if (end && end->code == ErrorCode::NoSuchService)
            session.wait(10ms);
    }
}

void Mesh::surviveAndWatch(Participant &self)
{
    const std::uint64_t before = openDescriptors();
    const auto everything = [&] {
        Session session = Session::join().value();
        for (int turn = 0; turn < 200 && !self.isOver(); ++turn) {
            const LinkPace pace = self.random(2) == 0 ? LinkPace::EveryUpdate : LinkPace::NewestOnly;
            watchOnce(self, session, {.pace = pace});
            requestOnce(self, session);
            orderOnce(self, session, 0);
        }
    };
    everything();
    malloc_trim(0);
    const auto inUse = [] { return mallinfo2().uordblks / 1024; };
    const std::uint64_t memoryBefore = inUse();
    while (!self.isOver())
        everything();
    const std::uint64_t memoryAfter = inUse();
    grown = memoryAfter > memoryBefore ? memoryAfter - memoryBefore : 0;
    if (const std::uint64_t after = openDescriptors(); after > before)
        self.complain(descriptors, "the surviving reader: " + std::to_string(before) + " before, " +
                                       std::to_string(after) + " after");
}

} // namespace tellwire::test
