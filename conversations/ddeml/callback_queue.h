// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/callback_arguments.h"
#include "conversations/ddeml/data_object.h"
#include "conversations/ddeml/string_table.h"

#include <deque>
#include <functional>
#include <memory>

namespace tellwire::ddeml {

class Conversation;

/// Something for the program's callback to deal with.
struct WaitingCallback
{
    CallbackArguments
        arguments;   ///< But for conversation, string2 and data, which are filled in when it runs.
    StringHold item; ///< The second string.
    std::shared_ptr<DataObject> data; ///< The library's; its handle is valid while the callback runs.
    /// Before the callback: may still say what it is called with; false drops it. May be empty.
    std::function<bool(WaitingCallback &)> prepare;
    std::function<void(HDDEDATA result)> done; ///< After the callback. May be empty.
    std::uint32_t subject = 0; ///< Of the side that adds it, to drop it by: a link or transaction.
    bool isBlockable = true;
    bool isBounded = true; ///< False for what is bounded otherwise, and must not get lost.

    qsizetype size() const { return data ? data->bytes.size() : 0; }
};

/// What waits to be given to the program's callback about one conversation: strictly in order, one at a time,
/// and not while the program has blocked it. Source: ddeml-semantics.md B8.
class CallbackQueue
{
public:
    static constexpr std::size_t maxEntries = 65'536;
    static constexpr qsizetype maxBytes = qsizetype{64} << 20;

    explicit CallbackQueue(Conversation &conversation) : m_conversation(conversation) {}

    /// To be called from the session's processing: gives it to the callback at once if nothing is before it.
    /// False if there is no room, so that the partner has to be told that the program is busy.
    bool add(WaitingCallback entry);

    /// From `done`: what the callback has led to, before all others.
    void addNext(WaitingCallback entry);

    /// Puts one before all others and drops those: nothing matters any more but the end. It passes even if
    /// the conversation is blocked.
    void addLast(WaitingCallback entry);

    // What DdeEnableCallback() does. Whatever may be delivered then comes from the session's processing.
    void enable();
    void enableOne();
    void disable() { m_state = State::Blocked; }

    bool isBlocked() const noexcept { return m_state == State::Blocked; }
    bool blocksNext() const noexcept { return m_state == State::OneOnly; }
    bool hasWaiting() const noexcept { return !m_waiting.empty(); }
    bool isRunning() const noexcept { return m_isRunning; }

    void clear();

    /// Drops some; see DdeAbandonTransaction().
    void dropIf(const std::function<bool(const WaitingCallback &)> &isUnwanted);

    /// Gives the program all that it may have now.
    void deliver();

private:
    enum class State : quint8 { Open, OneOnly, Blocked };

    bool mayRunNext() const;
    void runNext();
    void deliverLater();

    Conversation &m_conversation;
    std::deque<WaitingCallback> m_waiting;
    qsizetype m_bytes = 0;
    State m_state = State::Open;
    bool m_isRunning = false;
};

} // namespace tellwire::ddeml
