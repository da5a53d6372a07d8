// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/require.h"
#include "benchmarks/pieces/piece.h"
#include "dde/transport/arena.h"
#include "dde/transport/bell.h"
#include "dde/transport/foreign_arena.h"

#include <memory>

#include <unistd.h>

namespace tellwire::pieces {
namespace {

using namespace transport;

constexpr qsizetype small = 64;
constexpr qsizetype large = qsizetype{1} << 20;

/// A bell whose owner falls asleep again after each ring.
struct Ringing
{
    OwnBell own = OwnBell::make(realSystemCalls());
    Bell bell{own.handedOver, -1};
    std::uint32_t sleep = 1;

    void once() { bell.ring(sleep += 2); }
};

/// A block in an arena, and another program's view of it.
class Copying
{
public:
    explicit Copying(qsizetype size) : m_payload(size, 'x')
    {
        benchmark::require(m_arena.open());
        benchmark::require(m_view.open(descriptorOf(0)));
        copyIn();
        if (const std::uint16_t segment = m_block->word().segment(); m_view.isUnknown(segment))
            benchmark::require(m_view.add(segment, descriptorOf(segment)));
    }

    void copyIn() { m_block = benchmark::valueOf(m_arena.store({}, {}, m_payload)); }

    void copyOut() const
    {
        Message message;
        benchmark::require(m_view.read({.word = m_block->word().value, .pin = 0, .headLength = 0}, message),
                           "the block cannot be read");
    }

private:
    static constexpr std::uint64_t limit = std::uint64_t{1} << 28;

    FileDescriptor descriptorOf(std::uint16_t segment) const
    {
        return FileDescriptor{dup(m_arena.descriptor(segment))};
    }

    Arena m_arena{realSystemCalls(), limit};
    ForeignArena m_view{realSystemCalls(), limit};
    QByteArray m_payload;
    BlockPointer m_block;
};

Work ringing()
{
    return {[ringing = std::make_shared<Ringing>()] { ringing->once(); }};
}

Work copyingIn(qsizetype size)
{
    return {[copying = std::make_shared<Copying>(size)] { copying->copyIn(); }};
}

Work copyingOut(qsizetype size)
{
    return {[copying = std::make_shared<Copying>(size)] { copying->copyOut(); }};
}

} // namespace

std::vector<Piece> memoryPieces()
{
    constexpr int inARow = 64;
    return {{"bell/ring", ringing, inARow, true},
            {"arena/copy_in_64_B", [] { return copyingIn(small); }, inARow, true},
            {"arena/copy_out_64_B", [] { return copyingOut(small); }, inARow, true},
            {"arena/copy_in_1_MiB", [] { return copyingIn(large); }},
            {"arena/copy_out_1_MiB", [] { return copyingOut(large); }}};
}

} // namespace tellwire::pieces
