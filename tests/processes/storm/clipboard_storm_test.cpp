// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard.h"
#include "clipboard/clipboard_session.h"
#include "dde/transport/seat.h"
#include "dde/transport/thread_sessions.h"
#include "tests/processes/leftovers.h"
#include "tests/processes/storm/storm.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace tellwire::test {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t rememberedPuts = 4096;
constexpr quint32 exactFormat = 0x200; // CF_PRIVATEFIRST
constexpr qsizetype largest = qsizetype{8} << 20;

/// What the programs of the storm tell each other past the clipboard.
struct Ledger
{
    Counter sequence; ///< The highest one that somebody was sure of.
    Counter contents; ///< Each gets a number of its own, from 1 on.
    /// Contents by their sequence number, which somebody was sure of: number shifted by 32, and content.
    std::array<Counter, rememberedPuts> puts;
};

QList<Format> formats()
{
    QList<Format> all{Format::text(), Format::html()};
    for (const char *name : {"application/x-storm-1", "application/x-storm-2"})
        all.append(Format::fromName(QString::fromLatin1(name)).value());
    return all;
}

/// Begins all bytes of a content. A block of no bytes at all is right, too.
struct Marked
{
    std::uint64_t content;
    std::uint64_t length;
};

std::uint64_t mixed(std::uint64_t number)
{
    number *= 0x9E37'79B9'7F4A'7C15;
    return number ^ (number >> 29U);
}

QByteArray bytesOf(std::uint64_t content, qsizetype length)
{
    if (length == 0)
        return {};
    const Marked mark{content, static_cast<std::uint64_t>(length)};
    QByteArray bytes{reinterpret_cast<const char *>(&mark), sizeof mark};
    bytes.resize(qsizetype{sizeof mark} + length / 8 * 8);
    for (qsizetype at = sizeof mark; at < bytes.size(); at += 8) {
        const std::uint64_t word = mixed(content + static_cast<std::uint64_t>(at));
        std::memcpy(bytes.data() + at, &word, sizeof word);
    }
    return bytes;
}

/// The content that these bytes belong to; 0 for none at all, nothing if they are not whole.
std::optional<std::uint64_t> contentOf(const QByteArray &bytes)
{
    Marked mark{};
    if (bytes.isEmpty())
        return 0;
    if (bytes.size() < qsizetype{sizeof mark})
        return std::nullopt;
    std::memcpy(&mark, bytes.constData(), sizeof mark);
    const bool isWhole = mark.length <= std::uint64_t{largest} &&
                         bytes == bytesOf(mark.content, static_cast<qsizetype>(mark.length));
    return isWhole ? std::optional{mark.content} : std::nullopt;
}

/// Mostly a few bytes, at times some that need a file, and now and then a lot.
qsizetype anyLength(Participant &self)
{
    switch (self.random(32)) {
    case 0:
        return static_cast<qsizetype>(self.random(largest));
    case 1:
    case 2:
        return 0;
    default:
        return static_cast<qsizetype>(self.random(self.random(2) == 0 ? 200 : 60'000));
    }
}

void raise(Counter &highest, std::uint64_t value)
{
    for (std::uint64_t known = highest; known < value && !highest.compare_exchange_weak(known, value);) {
    }
}

struct NoWindow final : ClipboardWindow
{
    std::function<void(quint32)> onRender;
    void renderFormat(quint32 format) override
    {
        if (onRender)
            onRender(format);
    }
};

class ClipboardStorm
{
public:
    /// Puts contents of several formats, looks whether they are there, and clears the board at times.
    void put(Participant &self)
    {
        Clipboard board{Session::join().value()};
        while (!self.isOver()) {
            const std::uint64_t before = m_ledger->sequence;
            const std::uint64_t content = ++m_ledger->contents;
            Offer offer;
            if (self.random(10) != 0)
                for (const Format &format : formats())
                    if (self.random(2) == 0)
                        offer.add(Payload{format, bytesOf(content, anyLength(self))});
            if (const Result<void> done = board.put(offer); !done)
                self.complain(refused, "put: " + done.error().detail.toStdString());
            ++puts;
            look(self, board, before, offer.entries().isEmpty() ? 0 : content);
            self.progress();
        }
    }

    /// Puts promises, and keeps them until somebody else has put something.
    void promise(Participant &self)
    {
        while (!self.isOver()) {
            Clipboard board{Session::join().value()};
            const std::uint64_t content = ++m_ledger->contents;
            const qsizetype length = 16 + anyLength(self);
            Offer offer;
            for (const Format &format : formats())
                offer.addDelayed(format, [this, format, content, length]() -> Result<Payload> {
                    ++rendered;
                    return Payload{format, bytesOf(content, length)};
                });
            if (const Result<void> done = board.put(offer); !done)
                self.complain(refused, "promise: " + done.error().detail.toStdString());
            for (int turn = 0; turn < 50 && board.isOwner() && !self.isOver(); ++turn)
                (void)transport::waitForSessions(2ms);
            self.progress();
        }
    }

    /// Gets whatever there is, promises too.
    void get(Participant &self)
    {
        Clipboard board{Session::join().value()};
        board.setTimeout(1s); // Owners are stopped for a while, here.
        while (!self.isOver()) {
            const std::uint64_t before = m_ledger->sequence;
            look(self, board, before, std::nullopt);
            const QList<Format> all = formats();
            const auto which = static_cast<qsizetype>(self.random(static_cast<std::uint64_t>(all.size())));
            const Result<Payload> got = waitFor(board.get(all.at(which)), stormPatience);
            if (got && !contentOf(got->bytes()))
                self.complain(corrupt, "got " + std::to_string(got->bytes().size()) + " bytes of no content");
            if (!got && got.error().code == ErrorCode::Corrupted)
                self.complain(corrupt, got.error().detail.toStdString());
            if (got)
                ++gets;
            self.progress();
        }
    }

    /// Opens the board by the exact face, empties it, sets and promises formats, closes it.
    void useExactly(Participant &self)
    {
        Session session = Session::join().value();
        ClipboardSession exact{session};
        NoWindow window;
        const std::uint64_t number = 1 + self.random(1U << 30);
        std::uint64_t content = 0;
        window.onRender = [&](quint32 format) { (void)exact.set(format, bytesOf(content, 3000)); };
        if (!exact.createWindow(number, window))
            self.complain(refused, "a window was refused");
        exact.setWindowTimeout(100ms); // Owners are stopped for a while, here.
        while (!self.isOver()) {
            (void)transport::waitForSessions(1ms);
            self.progress();
            if (!exact.open(number))
                continue;
            ++opens;
            for (quint32 format = exact.enumerate(0).value_or(0); format != 0;
                 format = exact.enumerate(format).value_or(0))
                if (const auto got = exact.get(format);
                    format >= exactFormat && format < exactFormat + 3 && got)
                    if (*got && !contentOf(**got))
                        self.complain(corrupt, "the exact face got bytes of no content");
            content = ++m_ledger->contents;
            if (self.random(2) == 0 && exact.empty()) {
                (void)exact.set(exactFormat, bytesOf(content, anyLength(self)));
                (void)exact.set(exactFormat + 1, bytesOf(content, 40));
                (void)exact.setPromised(exactFormat + 2);
            }
            (void)exact.close(); // Whoever puts something meanwhile has closed it already.
        }
    }

    /// Is told of changes, each time of a newer one.
    void listen(Participant &self)
    {
        Clipboard board{Session::join().value()};
        quint32 last = 0;
        QObject::connect(&board, &Clipboard::changed, &board, [&](const ClipboardContent &content) {
            if (content.sequenceNumber() < last)
                self.complain(backwards, "a listener was told of " +
                                             std::to_string(content.sequenceNumber()) + " after " +
                                             std::to_string(last));
            last = content.sequenceNumber();
            ++told;
        });
        while (!self.isOver() || board.sequenceNumber() != last) {
            (void)transport::waitForSessions(5ms);
            self.progress();
        }
    }

    FreshSession fresh;
    Storm storm;
    Counter &puts = storm.counts("puts");
    Counter &gets = storm.counts("gets");
    Counter &reads = storm.counts("contents read whole");
    Counter &opens = storm.counts("opened exactly");
    Counter &rendered = storm.counts("promises rendered");
    Counter &told = storm.counts("changes told");
    Counter &refused = storm.neverHappens("changes refused");
    Counter &lost = storm.neverHappens("lost contents");
    Counter &corrupt = storm.neverHappens("corrupt contents");
    Counter &backwards = storm.neverHappens("sequence going back");

private:
    /// What lies on the board is whole, is not older than `before`, and is what others say it is. `own` is
    /// what this program has just put there, 0 for nothing at all.
    void look(Participant &self, const Clipboard &board, std::uint64_t before,
              std::optional<std::uint64_t> own)
    {
        const ClipboardContent now = board.content();
        const quint32 sequence = now.sequenceNumber();
        if (sequence < before)
            self.complain(backwards, std::to_string(sequence) + " after " + std::to_string(before));
        const std::optional<std::uint64_t> found = read(self, now);
        if (found && *found != 0)
            compare(self, sequence, *found);
        if (own && board.isOwner() && now.isEmpty() != (*own == 0) && board.sequenceNumber() == sequence)
            self.complain(lost, "what was put is not there");
        if (own && found && *own != 0 && *found == *own)
            ++reads;
        raise(m_ledger->sequence, sequence);
    }

    /// The number of a content; 0 if it does not say, nothing if it was replaced meanwhile.
    std::optional<std::uint64_t> read(Participant &self, const ClipboardContent &content)
    {
        std::uint64_t number = 0;
        const QList<Format> known = formats();
        for (const ContentFormat &one : content.formats()) {
            if (one.source != ContentFormat::Source::Stored || !known.contains(one.format))
                continue;
            const Result<Payload> got = content.read(one.format);
            if (!got && got.error().code != ErrorCode::ContentGone)
                self.complain(corrupt, got.error().detail.toStdString());
            if (!got)
                return std::nullopt;
            const std::optional<std::uint64_t> part = contentOf(got->bytes());
            if (!part || (*part != 0 && number != 0 && *part != number))
                self.complain(corrupt, "a format belongs to no content, or to another one");
            number = std::max(number, part.value_or(0));
        }
        return number;
    }

    /// One sequence number, one content; for everybody.
    void compare(Participant &self, quint32 sequence, std::uint64_t content)
    {
        Counter &known = m_ledger->puts.at(sequence % rememberedPuts);
        const std::uint64_t entry = (std::uint64_t{sequence} << 32) | (content & 0xFFFF'FFFF);
        std::uint64_t before = known;
        while (before >> 32 < sequence && !known.compare_exchange_weak(before, entry)) {
        }
        if (before >> 32 == sequence && before != entry)
            self.complain(lost, "number " + std::to_string(sequence) + " stands for two contents");
    }

    SharedArea<Ledger> m_ledger;
};

} // namespace

TEST(AClipboard, LosesNothingInAStorm)
{
    ClipboardStorm board;
    board.storm.role("listener", 1, [&](Participant &self) { board.listen(self); }, {.isKilled = false});
    board.storm.role("reader", 2, [&](Participant &self) { board.get(self); });
    board.storm.role("promiser", 1, [&](Participant &self) { board.promise(self); });
    board.storm.role("exact", 2, [&](Participant &self) { board.useExactly(self); });
    board.storm.role("setter", 3, [&](Participant &self) { board.put(self); });

    board.storm.rage({.kills = 100, .longestPause = 12ms});
    board.storm.settle();
    board.storm.end();

    board.storm.report();
    EXPECT_GT(board.reads, 0U);
    EXPECT_THAT(leftovers(), testing::IsEmpty());
}

} // namespace tellwire::test
