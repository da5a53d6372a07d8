// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/direct_service.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/system_topic.h"

// What a client program may not do. All it asks for passes here, before a stored value or the program's code
// is touched; ends of all kinds are always allowed.

namespace tellwire::engine {

using transport::Right;

std::optional<Error> ServedClient::forbids(Right right, const ItemAddress &what)
{
    const CallerRights::Decision decision = m_rights.decide(right, what);
    if (decision.isAllowed)
        return std::nullopt;
    const QString subject =
        what.item.isEmpty() ? TopicAddress{what.service, what.topic}.toString() : what.toString();
    const QString attempt = nameOf(right) + u' ' + subject;
    m_server.refusals().add(m_caller, attempt, decision.rule);
    return Error{ErrorCode::AccessDenied,
                 attempt + QStringLiteral(": the policy of the program that serves it forbids this")};
}

std::optional<Error> ServedClient::forbids(Right right, protocol::ConversationId id, const ItemName &item)
{
    if (m_rights.areUnlimited())
        return std::nullopt;
    const auto found = m_conversations.find(id);
    if (found == m_conversations.end() || !found->second.isOpen())
        return std::nullopt;
    const Conversation &conversation = found->second;
    const TopicName &topic =
        conversation.topic ? conversation.topic->name() : conversation.direct->topicName();
    return forbids(right, {conversation.service, topic, item});
}

bool ServedClient::maySee(const ServiceName &service, const TopicName &topic) const
{
    return m_rights.decide(Right::Connect, {service, topic, {}}).isAllowed;
}

/// A transaction that is forbidden has been declined when this is false.
template <typename M>
bool ServedClient::mayDo(Right right, const M &message, const ItemName &item)
{
    const std::optional<Error> forbidden = forbids(right, message.conversation, item);
    if (!forbidden)
        return true;
    const TransactionPointer transaction = begin(message.transaction, message.conversation);
    if (transaction && finish(*transaction))
        decline(message.transaction, *forbidden);
    return false;
}

bool ServedClient::isPermitted(const protocol::Request &message)
{
    return mayDo(Right::Request, message, message.item);
}

bool ServedClient::isPermitted(const protocol::Browse &message)
{
    return mayDo(Right::Request, message, systemItems().items);
}

bool ServedClient::isPermitted(const protocol::Poke &message)
{
    return mayDo(Right::Poke, message, message.item);
}

bool ServedClient::isPermitted(const protocol::Execute &message)
{
    return mayDo(Right::Execute, message, {});
}

bool ServedClient::isPermitted(const protocol::Advise &message)
{
    if (findLink(message.link) != nullptr)
        return true; // It is a violation.
    const std::optional<Error> forbidden = forbids(Right::Advise, message.conversation, message.item);
    if (forbidden)
        tell(protocol::LinkEnded{message.link, *forbidden});
    return !forbidden;
}

} // namespace tellwire::engine
