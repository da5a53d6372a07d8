// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/arena.h"
#include "dde/transport/message.h"
#include "dde/transport/outgoing_links.h"
#include "formats/result.h"

#include <QByteArray>

#include <memory>
#include <optional>

namespace tellwire::transport {

class Channel;
class Seat;

/// What happens while the receiver of a link is busy.
enum class Feed : std::uint8_t {
    NewestOnly,  ///< One word in shared memory names the newest value; the reader fetches it when it gets
                 ///< there.
    EveryUpdate, ///< Every value gets a message of its own, in order, up to the quota of the receiving
                 ///< program.
    Windowed,    ///< Likewise, but only so many may lack their acknowledgement; beyond that values are
                 ///< skipped, and the newest is sent when there is room again.
};

/// How a link is fed, and with what.
struct Feeding
{
    Feed feed = Feed::NewestOnly;
    bool noticeOnly = false;   ///< A warm link: it is told that there is a new value, and gets none.
    std::uint16_t window = 0;  ///< Windowed only, and then at least 1, which is DDE's own flow control.
    bool marksBatches = false; ///< EveryUpdate only: its messages carry the batch flag of their update.
};

/// When a value was true, how good it is, and which update of its item it was.
struct ValueStamp
{
    std::uint64_t sequence = 0; ///< Update number, grows by 1 with each update.
    std::int64_t time = 0;      ///< Microseconds since 1970-01-01 UTC.
    std::uint16_t quality = 0;
};

/// One item in one format, published to its links. The value is copied once into shared memory, whatever the
/// number of links, and not at all while there are none. A program may have a hundred thousand of these, so
/// every byte counts.
///
/// Thread: that of its seat. Nothing here blocks, and no user code is called from inside.
class Publication
{
public:
    /// Values travel in messages of `valueType`; that there is a new one, in those of `noticeType`.
    Publication(Seat &seat, std::uint8_t valueType, std::uint8_t noticeType);
    ~Publication();
    Publication(const Publication &) = delete;
    Publication &operator=(const Publication &) = delete;

    Seat &seat() const noexcept { return m_seat; }

    /// Makes what such a link needs, so that latest() is known before the link is there. Errors: OutOfSpace.
    Result<void> prepareFor(const Feeding &feeding);

    /// Adds a link and sends it the present value, if there is one, in the same breath: no update between the
    /// two can be missed or seen twice. A warm link hears nothing yet. When the receiver's quota runs out,
    /// the link is gone, and MessageHandler::onCut() is told. Errors: OutOfSpace; then there is no link. No
    /// two links of one channel have the same id.
    Result<void> addLink(const std::shared_ptr<Channel> &channel, std::uint32_t id, const Feeding &feeding);

    /// Nothing is sent for the link after this returns; an update that is under way may still arrive.
    void removeLink(const Channel &channel, std::uint32_t id);

    /// The receiver of a Windowed link has got all updates up to this one, named by the low 32 bits of its
    /// number. It is a stranger: a number that was never sent acknowledges nothing. If that makes room and
    /// updates were skipped, the newest is sent.
    void acknowledge(const Channel &channel, std::uint32_t id, std::uint32_t sequence);

    /// Sends the present value once more, to a reader that could not read it in place. Sends nothing if there
    /// is none.
    Result<void> resend(const Channel &channel, std::uint32_t id);

    /// Before the publisher ends a link: hands over the present value itself, if the reader may not have been
    /// sent it yet or may not have followed the notice that leads to it; a warm link has never been sent it.
    /// The reader may get a value twice by that, and tells by its sequence number.
    void sendLast(const Channel &channel, std::uint32_t id);

    /// Replaces the value and feeds every link. `batchFlag` is added to the flags of the messages to links
    /// that mark batches; the layer above gives it a meaning. Errors: TooLarge, OutOfSpace; then the old
    /// value stays.
    /// Cost: one copy of the payload if there are links, one 64-byte message for each link that needs one,
    /// and a system call for each receiver that sleeps (see Seat::Batch).
    Result<void> publish(const QByteArray &payload, const ValueStamp &stamp, std::uint16_t batchFlag = 0);

    // The two halves of publish(), for a change that is published in several places: who was sent any part of
    // it must find nothing older in place. So all is shown before any of it is told, with nothing in between.
    Result<void> show(const QByteArray &payload, const ValueStamp &stamp);
    void tell(std::uint16_t batchFlag = 0);

    /// The value is another one now, but nobody has made it: warm links are told, the others get nothing, and
    /// there is no present value until the next publish(), neither for new links nor to be read in place.
    void notify(const ValueStamp &stamp);

    /// Whoever was told latest() so far finds nothing there any more: later values lie in another place.
    /// Errors: OutOfSpace; then they lie where they did.
    Result<void> moveLatest();

    /// Where readers find the newest value without a message (Channel::readLatest()); nothing unless it is
    /// kept there for a NewestOnly or warm link.
    std::optional<LatestReference> latest() const;

    bool hasValue() const noexcept { return m_hasValue; }
    bool hasLinks() const noexcept { return !m_links.empty(); }
    std::size_t linkCount() const noexcept { return m_links.size(); }

private:
    using Link = OutgoingLink::Pointer;

    Result<void> store();
    void showTo(Channel &channel) const;
    void hideValue();
    bool isInline() const;
    template <typename Wanted>
    void feedLinks(std::uint16_t batchFlag, Wanted wanted);
    bool feed(const Link &link, std::uint16_t batchFlag = 0);
    bool send(const Link &link, std::uint16_t batchFlag);
    Slot noticeFor(const OutgoingLink &link, std::uint16_t batchFlag) const;
    Slot valueFor(const OutgoingLink &link, std::uint16_t batchFlag = 0) const;
    Slot latestFor(const OutgoingLink &link) const;
    BlockPointer blockToSend() const;
    const OutgoingLink *find(const Channel &channel, std::uint32_t id) const;
    void leave(OutgoingLink &link);
    void cut(const Link &link);

    Seat &m_seat;
    std::uint8_t m_valueType;
    std::uint8_t m_noticeType;
    bool m_hasValue = false;
    std::uint32_t m_readersInPlace = 0; ///< Among the links.
    QByteArray m_payload;
    ValueStamp m_stamp;
    BlockPointer m_block; ///< The present value in shared memory; null while no link needs it there.
    std::unique_ptr<LatestSlot> m_slot; ///< Only for links that look for the newest value there.
    OutgoingLinks m_links;
};

} // namespace tellwire::transport
