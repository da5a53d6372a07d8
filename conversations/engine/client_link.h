// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/format_numbers.h"
#include "conversations/update.h"
#include "dde/protocol/message.h"
#include "dde/transport/layout.h"

#include <memory>
#include <optional>

namespace tellwire::engine {

class ClientConversation;

/// The client's end of one link.
class ClientLink : public std::enable_shared_from_this<ClientLink>
{
public:
    /// Who is told; called from the session's processing only. Each function but onValue() may delete
    /// anything.
    class Observer
    {
    public:
        virtual void onActive() = 0;
        virtual void onValue(const Update &update) = 0; ///< Keep it; onUpdate() follows. Runs no user code.
        virtual void onUpdate(const Update &update) = 0;
        virtual void onChanged(const Update &news) = 0;
        virtual void onLost(const Error &reason) = 0; ///< It will be started again.
        virtual void onEnded(const Error &reason) = 0;

    protected:
        ~Observer() = default;
    };

    /// `advise` says what was asked for, without numbers of links and conversations.
    ClientLink(std::shared_ptr<ClientConversation> conversation, protocol::LinkId id,
               const protocol::Advise &advise, Observer *observer);

    protocol::LinkId id() const noexcept { return m_id; }
    ClientConversation &conversation() const noexcept { return *m_conversation; }
    const ItemName &item() const noexcept { return m_item; }
    bool isActive() const noexcept { return m_format.has_value(); }
    const std::optional<Format> &format() const noexcept { return m_format; } ///< While it is active.

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

    void forgetObserver() noexcept { m_observer = nullptr; }

private:
    quint64 extended(std::uint32_t sequence) const noexcept;
    Update arrived(Payload value, quint64 sequence, std::int64_t time, Quality quality);
    void tellFinalValue();
    void stop() noexcept;

    std::shared_ptr<ClientConversation> m_conversation;
    ItemName m_item;
    WantedFormats m_wanted; ///< By name: in a session that began anew, the numbers did so too.
    Observer *m_observer;   ///< Null once nobody listens any more.
    std::optional<Format> m_format;
    transport::LatestReference m_latest{};
    quint64 m_sequence = 0;
    quint64 m_acknowledged = 0;
    protocol::LinkId m_id;
    std::uint16_t m_window;
    LinkKind m_kind;
    LinkPace m_pace;
    bool m_wholeBatches;
    bool m_finalValue;
    bool m_awaitItem;
    bool m_hasArrived = false; ///< Something has come since it was started.
    bool m_hasFinalValue = false;
    bool m_wasLost = false; ///< Since the last thing came.
};

} // namespace tellwire::engine
