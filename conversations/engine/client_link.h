// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/link_terms.h"
#include "conversations/update.h"
#include "dde/protocol/message.h"
#include "dde/transport/layout.h"

#include <QExplicitlySharedDataPointer>

#include <memory>
#include <optional>

namespace tellwire::engine {

/// The client's end of one link. A program may have a hundred thousand of them, so every byte counts: what
/// they have in common is kept once, what few of them need is made when they do.
class ClientLink : public QSharedData
{
public:
    using Pointer = QExplicitlySharedDataPointer<ClientLink>;

    enum class State : quint8 {
        Starting,
        Active,
        Stale, ///< Lost; until there is a value again, or news of one.
        Ended
    };

    /// Who is told, of one link or of many; called from the session's processing only. Each function may
    /// delete anything.
    class Observer
    {
    public:
        // True if that is all that happens with it: then it counts as received, if nobody has to say so.
        virtual bool onUpdate(ClientLink &link, const Update &update) = 0;
        virtual bool onChanged(ClientLink &link, const Update &news) = 0;

        virtual void onStale(ClientLink &link, const Staleness &staleness) = 0; ///< It will be started again.
        virtual void onEnded(ClientLink &link, const Error &reason) = 0;

    protected:
        ~Observer() = default;
    };

    ClientLink(LinkTerms::Pointer terms, protocol::LinkId id, ItemName item, Observer *observer);
    ClientLink(const ClientLink &) = delete;
    ClientLink &operator=(const ClientLink &) = delete;

    protocol::LinkId id() const noexcept { return m_id; }
    const LinkTerms::Pointer &terms() const noexcept { return m_terms; }
    const LinkOptions &options() const noexcept { return m_terms->options; }
    ClientConversation &conversation() const noexcept { return *m_terms->conversation; }
    const ItemName &item() const noexcept { return m_item; }
    State state() const noexcept { return m_state; }
    bool isActive() const noexcept { return m_format != noFormat; } ///< The server feeds it.
    std::optional<Format> format() const;                           ///< While it is active.

    /// The last value that came, of quality Stale while the link is; none on a warm link.
    const std::optional<Update> &latest() const noexcept { return m_latest; }
    const std::optional<Staleness> &staleness() const noexcept;

    /// What starts the link; for a second time too. Errors: what the session says when it registers a format.
    Result<protocol::Advise> advise() const;

    // From the server. False if that makes no sense now.
    bool start(const protocol::Advised &yes, const Format &format);
    bool change(const protocol::Changed &news);
    bool receive(const protocol::Value &value);

    // receive() in two steps, for values that count together.
    bool accepts(const protocol::Value &value) const;
    std::optional<Update> keep(const protocol::Value &value); ///< Nothing if it came too late to matter.
    void tell(const Update &update);

    /// The value as it is now, from the server's memory; nothing if it cannot be had so.
    std::optional<Update> present() const;

    bool hasArrived() const noexcept { return m_hasArrived; } ///< Something, since it was started.

    /// All that came up to this update is dealt with.
    void acknowledge(quint64 sequence);
    quint64 sequence() const noexcept { return m_sequence; } ///< Of the newest update heard of.

    /// The server is gone, or has ended the link; start() may come again. In two steps, so that many links
    /// can stop before anybody hears of it. lose() says whether it was active.
    bool lose() noexcept;
    void tellLost(const Error &reason);

    /// The same for good. A final value that was wanted, and is still to be had, comes first.
    void tellEnd(const Error &reason);

    /// This side has ended it; nobody hears anything more.
    void forgetObserver() noexcept;
    bool isObservedBy(const Observer *observer) const noexcept { return m_observer == observer; }

    std::uint32_t placeInConversation = 0; ///< In its conversation's list.

private:
    /// What few links need.
    struct Extra
    {
        std::uint64_t latestPlace = 0; ///< See transport::LatestReference; 0 if nothing can be read there.
        std::uint32_t latestPublication = 0;
        std::optional<Staleness> staleness;
    };
    static constexpr quint16 noFormat = 0xFFFF;

    using Told = bool (Observer::*)(ClientLink &, const Update &);
    void hand(Told told, const Update &update, bool isOneChange);
    void endAfterChange();
    quint64 extended(std::uint32_t sequence) const noexcept;
    Update arrived(Payload value, quint64 sequence, std::int64_t time, Quality quality);
    void tellChanged(const Update &news);
    void tellFinalValue();
    void take(const Update &value);
    void revive() noexcept;
    void stop() noexcept;
    Extra &made();
    const Format &agreedFormat() const { return options().formats.at(m_format); }

    protocol::LinkId m_id;
    std::uint32_t m_acknowledged = 0; ///< Low bits of that update's number.
    quint16 m_format = noFormat; ///< Place of the agreed one among those of the terms, while it is active.
    State m_state = State::Starting;
    bool m_hasArrived : 1 = false; ///< Something has come since it was started.
    bool m_hasTold : 1 = false;    ///< Likewise, and the observer knows: what comes now is a change.
    bool m_hasFinalValue : 1 = false;
    bool m_wasLost : 1 = false; ///< Since the last thing came.
    LinkTerms::Pointer m_terms;
    Observer *m_observer; ///< Null once nobody listens any more.
    quint64 m_sequence = 0;
    std::optional<Update> m_latest;
    std::unique_ptr<Extra> m_extra;
    ItemName m_item;
};
static_assert(sizeof(void *) != 8 || sizeof(ClientLink) <= 184);

} // namespace tellwire::engine
