// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/update.h"
#include "dde/protocol/message.h"

#include <memory>
#include <optional>

namespace tellwire::engine {

class ClientConversation;

/// The client's end of one link.
class ClientLink
{
public:
    /// Who is told; called from the session's processing only. Each function may delete anything.
    class Observer
    {
    public:
        virtual void onActive() = 0;
        virtual void onUpdate(const Update &update) = 0;
        virtual void onEnded(const Error &reason) = 0;

    protected:
        ~Observer() = default;
    };

    ClientLink(std::shared_ptr<ClientConversation> conversation, protocol::LinkId id, Observer *observer);

    protocol::LinkId id() const noexcept { return m_id; }
    ClientConversation &conversation() const noexcept { return *m_conversation; }

    /// The server's yes. False if that makes no sense now.
    bool start(const Format &format);

    /// False if no value can come now.
    bool receive(const protocol::Value &value);

    void tellEnd(const Error &reason);

    void forgetObserver() noexcept { m_observer = nullptr; }

private:
    quint64 extended(std::uint32_t sequence) const noexcept;

    std::shared_ptr<ClientConversation> m_conversation;
    protocol::LinkId m_id;
    Observer *m_observer; ///< Null once nobody listens any more.
    std::optional<Format> m_format;
    std::optional<quint64> m_sequence;
};

} // namespace tellwire::engine
