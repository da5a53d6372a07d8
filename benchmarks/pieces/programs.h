// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/advise_link.h"
#include "conversations/service.h"

#include <functional>
#include <optional>

namespace tellwire::pieces {

inline const ItemName &itemName()
{
    static const ItemName name = "item"_item;
    return name;
}

/// A program that publishes one item of 64 bytes.
class Publisher
{
public:
    Publisher();

    void setItem() { m_topic.setItem(itemName(), m_value); }
    Session &session() { return m_session; }

private:
    Session m_session;
    Service m_service;
    Topic &m_topic;
    Payload m_value;
};

/// A program that talks with the publisher. It has a link once watch() was called.
class Client
{
public:
    Client();

    void watch(LinkPace pace);
    Session &session() { return m_session; }
    Conversation &conversation() { return m_conversation; }
    bool isOpen() const { return m_conversation.state() == Conversation::State::Open; }
    bool isWatching() const { return m_link && m_link->state() == AdviseLink::State::Active; }
    int received() const { return m_received; }

private:
    Session m_session;
    Conversation m_conversation;
    std::optional<AdviseLink> m_link;
    int m_received = 0;
};

/// Lets all programs of this thread work until it is so. Throws if that takes long.
void serveUntil(const std::function<bool()> &isSo);

} // namespace tellwire::pieces
