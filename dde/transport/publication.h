// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/arena.h"
#include "dde/transport/message.h"
#include "formats/result.h"

#include <QByteArray>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace tellwire::transport {

class Channel;
class Seat;
struct OutgoingLink;

/// How a link is fed.
enum class Feed : std::uint8_t {
    NewestOnly,  ///< One word in shared memory names the newest value; the reader fetches it when it gets
                 ///< there.
    EveryUpdate, ///< Every value gets a message of its own, in order, up to the quota of the receiving
                 ///< program.
};

/// When a value was true, how good it is, and which update of its item it was.
struct ValueStamp
{
    std::uint64_t sequence = 0; ///< Update number, counted from 1 without gaps.
    std::int64_t time = 0;      ///< Microseconds since 1970-01-01 UTC.
    std::uint16_t quality = 0;
};

/// One item in one format, published to its links. The value is copied once into shared memory, whatever the
/// number of links, and not at all while there are none.
///
/// Thread: that of its seat. Nothing here blocks, and no user code is called from inside.
class Publication
{
public:
    /// Messages to the links carry `valueType`.
    Publication(Seat &seat, std::uint8_t valueType);
    ~Publication();
    Publication(const Publication &) = delete;
    Publication &operator=(const Publication &) = delete;

    /// Adds a link and sends it the present value, if there is one, in the same breath: no update between the
    /// two can be missed or seen twice. `onCut` is told, from the session's event processing, when the
    /// receiver's quota ran out; the link is gone by then. Errors: OutOfSpace; then there is no link.
    Result<void> addLink(const std::shared_ptr<Channel> &channel, std::uint32_t id, Feed feed,
                         std::function<void(const Error &)> onCut);

    /// Nothing is sent for the link after this returns; an update that is under way may still arrive.
    void removeLink(const Channel &channel, std::uint32_t id);

    /// Sends the present value once more, to a NewestOnly reader that could not read it in place.
    Result<void> resend(const Channel &channel, std::uint32_t id);

    /// Before the publisher ends a NewestOnly link: hands over the present value itself, because the notice
    /// that leads to it may not have been followed yet. The reader may get a value twice by that, and tells
    /// by its sequence number.
    void sendLast(const Channel &channel, std::uint32_t id);

    /// Replaces the value and feeds every link. Errors: TooLarge, OutOfSpace; then the old value stays.
    /// Cost: one copy of the payload if there are links, one 64-byte message for each link that needs one,
    /// and a system call for each receiver that sleeps (see Seat::Batch).
    Result<void> publish(const QByteArray &payload, const ValueStamp &stamp);

    bool hasLinks() const noexcept { return !m_links.empty(); }
    std::size_t linkCount() const noexcept { return m_links.size(); }

private:
    using Link = std::shared_ptr<OutgoingLink>;

    Result<void> prepareFor(Feed feed);
    Result<void> store();
    Message messageFor(const OutgoingLink &link) const;
    BlockPointer blockToSend() const;
    const Link *find(const Channel &channel, std::uint32_t id) const;
    bool feed(const Link &link);
    void cut(const Link &link);
    bool wantsNewest() const;

    Seat &m_seat;
    std::uint8_t m_valueType;
    QByteArray m_payload;
    ValueStamp m_stamp;
    bool m_hasValue = false;
    BlockPointer m_block; ///< The present value in shared memory; null while no link needs it there.
    std::optional<LatestSlot> m_slot;
    std::vector<Link> m_links;
};

} // namespace tellwire::transport
