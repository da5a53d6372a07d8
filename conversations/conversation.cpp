// SPDX-License-Identifier: Apache-2.0
#include "conversations/conversation.h"

#include "conversations/conversation_p.h"
#include "conversations/engine/caller_on.h"
#include "conversations/engine/conversation_handler.h"
#include "conversations/engine/format_numbers.h"
#include "conversations/fail_later.h"
#include "conversations/many_requests.h"
#include "dde/transport/reply_promise.h"
#include "dde/transport/seat.h"

#include <utility>

namespace tellwire {

namespace {

std::function<void()> cancelling(const std::shared_ptr<engine::ClientConversation> &conversation,
                                 protocol::TransactionId transaction)
{
    return [weak = std::weak_ptr{conversation}, transaction] {
        if (const auto alive = weak.lock())
            alive->cancel(transaction);
    };
}

} // namespace

Conversation::Private::Private(Conversation *face, Session joined,
                               const engine::ClientConversation::Target &target)
    : q(face),
      session(std::move(joined))
{
    session.seat().attachToEventLoop();
    engine::Client &client = session.seat().handler<engine::ConversationHandler>().client();
    engine = engine::ClientConversation::open(client, target, this);
}

Reply<Update> Conversation::Private::request(const Session &session, const Engine &engine,
                                             const ItemName &item, std::span<const Format> preferred,
                                             Timeout timeout)
{
    if (!preferred.empty())
        if (std::optional<Update> present = engine->present(item, preferred.front()))
            return Reply<Update>{*std::move(present)};
    const Result<QList<FormatNumber>> numbers = engine::numbersOf(session.seat(), preferred);
    if (!numbers)
        return failLater<Update>(session, numbers.error());
    const ReplyPromise<Update> promise;
    const protocol::TransactionId transaction =
        engine->start(protocol::Request{.item = item, .formats = *numbers}, timeout.value_or(engine->limit()),
                      [promise](Result<engine::Answer> &&answer) {
                          promise.finish(std::move(answer).transform(
                              [](engine::Answer &&given) { return std::get<Update>(std::move(given)); }));
                      });
    return promise.reply(cancelling(engine, transaction));
}

template <typename Message>
Reply<void> Conversation::Private::order(Message message, Timeout timeout)
{
    const ReplyPromise<void> promise;
    const auto finish = [promise](const Result<engine::Answer> &answer) {
        promise.finish(answer ? Result<void>{} : Result<void>{answer.error()});
    };
    return promise.reply(
        cancelling(engine, engine->start(std::move(message), timeout.value_or(engine->limit()), finish)));
}

Conversation::Conversation(Session session, ServiceName service, TopicName topic, QObject *parent)
    : Conversation(std::move(session), std::move(service), std::move(topic), {}, parent)
{}

Conversation::Conversation(Session session, ServiceName service, TopicName topic,
                           const ConversationOptions &options, QObject *parent)
    : QObject(parent),
      m_data(std::make_unique<Private>(
          this, std::move(session),
          engine::ClientConversation::Target{std::move(service), std::move(topic), options.reconnect}))
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

std::optional<Caller> Conversation::partner() const
{
    if (state() != State::Open)
        return std::nullopt;
    return engine::callerOn(*m_data->engine->channel());
}

Reply<Update> Conversation::request(const ItemName &item, const Format &format,
                                    std::optional<std::chrono::milliseconds> timeout)
{
    return Private::request(m_data->session, m_data->engine, item, {&format, 1}, timeout);
}

Reply<Update> Conversation::request(const ItemName &item, const QList<Format> &preferred,
                                    std::optional<std::chrono::milliseconds> timeout)
{
    return Private::request(m_data->session, m_data->engine, item, preferred, timeout);
}

Reply<QList<Result<Update>>> Conversation::requestMany(const QList<ItemName> &items, const Format &format,
                                                       std::optional<std::chrono::milliseconds> timeout)
{
    return requestMany(items, QList{format}, timeout);
}

Reply<QList<Result<Update>>> Conversation::requestMany(const QList<ItemName> &items,
                                                       const QList<Format> &preferred,
                                                       std::optional<std::chrono::milliseconds> timeout)
{
    const Result<QList<FormatNumber>> numbers = engine::numbersOf(m_data->session.seat(), preferred);
    if (!numbers)
        return failLater<QList<Result<Update>>>(m_data->session, numbers.error());
    const auto asked = std::make_shared<ManyRequests>(m_data->engine);
    return asked->start(items, *numbers, timeout.value_or(m_data->engine->limit()));
}

Reply<void> Conversation::poke(const ItemName &item, const Payload &value, const PokeOptions &options)
{
    const Result<FormatNumber> format = m_data->session.formatNames().number(value.format());
    if (!format)
        return failLater<void>(m_data->session, format.error());
    const bool isOutdated = options.ifSequence && (*options.ifSequence == 0 || m_data->engine->isLost());
    if (isOutdated)
        return failLater<void>(
            m_data->session,
            Error{ErrorCode::Changed,
                  QStringLiteral("poke %1: its service has no update %2, or is away since it had that")
                      .arg(item.text())
                      .arg(*options.ifSequence)});
    return m_data->order(protocol::Poke{.item = item,
                                        .format = *format,
                                        .value = value.bytes(),
                                        .ifSequence = options.ifSequence.value_or(0)},
                         options.timeout);
}

Reply<void> Conversation::execute(const QString &command, std::optional<std::chrono::milliseconds> timeout)
{
    return m_data->order(protocol::Execute{.format = protocol::anyFormat, .command = command.toUtf8()},
                         timeout);
}

void Conversation::setTimeout(std::chrono::milliseconds limit) { m_data->engine->setLimit(limit); }

} // namespace tellwire
