// SPDX-License-Identifier: Apache-2.0
#include "conversations/conversation.h"

#include "conversations/conversation_p.h"
#include "conversations/engine/conversation_handler.h"
#include "conversations/engine/format_numbers.h"
#include "conversations/reply_promise.h"
#include "dde/transport/seat.h"

#include <utility>

namespace tellwire {

namespace {

template <typename T>
Reply<T> failLater(const Session &session, const Error &reason)
{
    const ReplyPromise<T> promise;
    session.seat().reactor().post([promise, reason] { promise.finish(reason); });
    return promise.reply();
}

std::function<void()> cancelling(const std::shared_ptr<engine::ClientConversation> &conversation,
                                 protocol::TransactionId transaction)
{
    return [weak = std::weak_ptr{conversation}, transaction] {
        if (const auto alive = weak.lock())
            alive->cancel(transaction);
    };
}

} // namespace

Conversation::Private::Private(Conversation *face, Session joined, const ServiceName &service,
                               const TopicName &topic)
    : q(face),
      session(std::move(joined)),
      limit(session.seat().configuration().requestTimeout)
{
    session.seat().attachToEventLoop();
    engine::Client &client = session.seat().handler<engine::ConversationHandler>().client();
    engine = engine::ClientConversation::open(client, service, topic, this);
}

template <typename Message>
Reply<void> Conversation::Private::order(Message message)
{
    const ReplyPromise<void> promise;
    const auto finish = [promise](const Result<engine::Answer> &answer) {
        promise.finish(answer ? Result<void>{} : Result<void>{answer.error()});
    };
    return promise.reply(cancelling(engine, engine->start(std::move(message), limit, finish)));
}

Conversation::Conversation(Session session, ServiceName service, TopicName topic, QObject *parent)
    : QObject(parent),
      m_data(std::make_unique<Private>(this, std::move(session), service, topic))
{}

Conversation::~Conversation() { m_data->engine->end(); }

const ServiceName &Conversation::service() const noexcept { return m_data->engine->service(); }

const TopicName &Conversation::topic() const noexcept { return m_data->engine->topic(); }

Conversation::State Conversation::state() const noexcept
{
    switch (m_data->engine->state()) {
    case engine::ClientConversation::State::Opening:
        return State::Opening;
    case engine::ClientConversation::State::Open:
        return State::Open;
    case engine::ClientConversation::State::Closed:
        break;
    }
    return State::Closed;
}

Reply<Update> Conversation::request(const ItemName &item, const Format &format)
{
    return request(item, QList{format});
}

Reply<Update> Conversation::request(const ItemName &item, const QList<Format> &preferred)
{
    const Result<QList<FormatNumber>> numbers = engine::numbersOf(m_data->session.seat(), preferred);
    if (!numbers)
        return failLater<Update>(m_data->session, numbers.error());
    const ReplyPromise<Update> promise;
    const auto finish = [promise](const Result<engine::Answer> &answer) {
        promise.finish(answer ? Result<Update>{*answer->update} : Result<Update>{answer.error()});
    };
    const protocol::TransactionId transaction = m_data->engine->start(
        protocol::Request{.transaction = 0, .conversation = 0, .item = item, .formats = *numbers},
        m_data->limit, finish);
    return promise.reply(cancelling(m_data->engine, transaction));
}

Reply<void> Conversation::poke(const ItemName &item, const Payload &value)
{
    const Result<FormatNumber> format = m_data->session.formatNames().number(value.format());
    if (!format)
        return failLater<void>(m_data->session, format.error());
    return m_data->order(protocol::Poke{
        .transaction = 0, .conversation = 0, .item = item, .format = *format, .value = value.bytes()});
}

Reply<void> Conversation::execute(const QString &command)
{
    return m_data->order(protocol::Execute{
        .transaction = 0, .conversation = 0, .format = protocol::anyFormat, .command = command.toUtf8()});
}

void Conversation::setTimeout(std::chrono::milliseconds limit) { m_data->limit = limit; }

} // namespace tellwire
