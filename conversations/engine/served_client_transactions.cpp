// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/format_numbers.h"
#include "conversations/engine/item_page.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/served_topic.h"
#include "conversations/engine/server.h"
#include "conversations/engine/source_time.h"
#include "conversations/engine/violation.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

#include <new>
#include <utility>

// A client program's transactions. Each is listed while the program's code runs for it, so that its end can
// come from anywhere meanwhile: an answer, a Cancel, the end of the conversation or of the client.

namespace tellwire::engine {

namespace {

/// Text of Win32 comes from the exact face, which says which kind of text it is. Format 0 is what programs
/// are agreed upon who both are not of that face: UTF-8.
Result<QString> commandIn(const protocol::Execute &message, transport::Seat &seat)
{
    if (message.format == protocol::anyFormat)
        return FormatOf<QString>::decode(message.command);
    const std::optional<Format> format = formatOf(seat, message.format);
    const bool isText = format == Format::text() || format == standardFormat(StandardFormat::Text) ||
                        format == standardFormat(StandardFormat::UnicodeText);
    if (!isText)
        return Error{ErrorCode::FormatNotOffered, QStringLiteral("a command is text")};
    return FormatRegistry::withStandardConversions()
        .convert(Payload{*format, message.command}, Format::text())
        .and_then([](const Payload &text) { return FormatOf<QString>::decode(text.bytes()); });
}

Update updateOf(const transport::ValueStamp &stamp, const Payload &made)
{
    return {made, stamp.sequence, fromMicroseconds(stamp.time), static_cast<Quality>(stamp.quality), 0};
}

} // namespace

/// Lists the transaction. Null if that cannot be; then the client has been told.
ServedClient::TransactionPointer ServedClient::begin(protocol::TransactionId id,
                                                     protocol::ConversationId conversation)
{
    if (m_transactions.contains(id)) {
        endForViolation(*m_channel, QStringLiteral("a transaction was started under a number in use"));
        return nullptr;
    }
    if (m_transactions.size() >= maxTransactions) {
        decline(id, Error{ErrorCode::Busy, QStringLiteral("too many transactions without an answer yet")});
        return nullptr;
    }
    auto transaction = std::make_shared<Transaction>(Transaction{weak_from_this(), id, conversation});
    m_transactions.emplace(id, transaction);
    m_conversations.at(conversation).transactions.insert(id);
    return transaction;
}

/// It may have been dropped while the program's code ran; then nobody waits for the reply that it gave.
void ServedClient::keep(const TransactionPointer &transaction, GiveUp giveUp)
{
    if (!giveUp)
        return;
    if (transaction->isPending)
        transaction->giveUps.push_back(std::move(giveUp));
    else
        giveUp();
}

/// True if somebody still waits for the answer, who gets it now.
bool ServedClient::finish(Transaction &transaction)
{
    if (!std::exchange(transaction.isPending, false))
        return false;
    m_conversations.at(transaction.conversation).transactions.erase(transaction.id);
    m_transactions.erase(transaction.id);
    return true;
}

std::shared_ptr<ServedClient> ServedClient::clientOf(const TransactionPointer &transaction)
{
    return transaction ? transaction->client.lock() : nullptr;
}

/// Nobody waits any more. Returns what the program is to be told.
std::vector<GiveUp> ServedClient::drop(protocol::TransactionId id)
{
    const auto found = m_transactions.find(id);
    if (found == m_transactions.end())
        return {};
    const TransactionPointer dropped = found->second;
    finish(*dropped);
    return std::exchange(dropped->giveUps, {});
}

void ServedClient::handle(const protocol::Cancel &message)
{
    const auto self = shared_from_this();
    const auto found = m_transactions.find(message.transaction);
    if (found == m_transactions.end())
        return;
    const std::shared_ptr<DirectConversation> direct = directOf(found->second->conversation);
    for (const GiveUp &giveUp : drop(message.transaction))
        giveUp();
    if (direct)
        direct->onMessage(message);
}

// Requests

/// What a client wants to have, once that is known to make sense.
struct ServedClient::Asked
{
    std::shared_ptr<ServedTopic> topic;
    WantedFormats wanted;
    TransactionPointer transaction;
};

template <typename M>
std::optional<ServedClient::Asked> ServedClient::beginRequest(const M &message)
{
    std::shared_ptr<ServedTopic> topic = topicOf(message.conversation);
    if (!topic)
        return std::nullopt;
    std::optional<WantedFormats> wanted = wantedOf(m_server.seat(), message.formats);
    if (!wanted) {
        endForViolation(*m_channel, QStringLiteral("a request for a format that nobody registered"));
        return std::nullopt;
    }
    TransactionPointer transaction = begin(message.transaction, message.conversation);
    if (!transaction)
        return std::nullopt;
    return Asked{std::move(topic), *std::move(wanted), std::move(transaction)};
}

/// True if the value is there in a wanted format, and is on its way by now. Nothing of the program's runs for
/// that, so the transaction need not be listed.
bool ServedClient::answerStored(const protocol::Request &message)
{
    const auto conversation = m_conversations.find(message.conversation);
    const bool isOrdinary = conversation != m_conversations.end() && conversation->second.topic &&
                            !m_transactions.contains(message.transaction);
    const std::shared_ptr<Item> item = isOrdinary ? conversation->second.topic->find(message.item) : nullptr;
    if (!item)
        return false;
    const Payload *found = nullptr;
    FormatNumber itsFormat = protocol::anyFormat;
    for (const FormatNumber number : message.formats) {
        if (number == protocol::anyFormat)
            continue; // Whatever can be made of the value comes before just any format.
        const std::optional<Format> format = formatOf(m_server.seat(), number);
        if (!format)
            return false;
        if (found == nullptr && (found = item->valueIn(*format)) != nullptr)
            itsFormat = number;
    }
    if (found == nullptr)
        return false;
    const transport::ValueStamp &stamp = item->stamp();
    answer(item, {message.transaction, static_cast<Quality>(stamp.quality), stamp.sequence, stamp.time,
                  itsFormat, found->bytes()});
    return true;
}

/// What somebody else has just been answered is not copied once more.
void ServedClient::answer(const std::shared_ptr<Item> &item, const protocol::Answer &message)
{
    constexpr std::uint32_t mostKept = 4U << 20;
    if (message.value.size() <= qsizetype{transport::inlineLength})
        return answer(message);
    const transport::Message encoded = protocol::encode(message);
    Server::KeptAnswer &kept = m_server.keptAnswer();
    if (kept.item.lock() != item || kept.head != encoded.head)
        kept = {.item = item, .head = encoded.head};
    answer(message, encoded, &kept.block);
    if (kept.block && kept.block->length() > mostKept)
        kept.block.reset();
}

void ServedClient::handle(const protocol::Request &message)
{
    if (answerStored(message) || handDirectly(message))
        return;
    const std::optional<Asked> asked = beginRequest(message);
    if (!asked)
        return;
    const auto &[topic, wanted, transaction] = *asked;
    const auto done = [weak = std::weak_ptr{transaction}](const Result<Update> &update) {
        if (const TransactionPointer its = weak.lock(); const auto self = clientOf(its))
            if (self->finish(*its))
                self->answer(its->id, update);
    };
    const Result<TakenValue> taken = topic->take(message.item, wanted);
    if (!taken)
        return done(taken.error());
    keep(transaction, topic->make(*taken, *this, [done, stamp = taken->stamp](const Result<Payload> &made) {
        done(made.transform([&](const Payload &value) { return updateOf(stamp, value); }));
    }));
}

void ServedClient::answer(protocol::TransactionId id, const Result<Update> &update)
{
    const Result<FormatNumber> format = update.and_then(
        [this](const Update &found) { return m_server.seat().formatNames().number(found.value.format()); });
    if (!format)
        return decline(id, format.error());
    answer({id, update->quality, update->sequence, toMicroseconds(update->sourceTime), *format,
            update->value.bytes()});
}

void ServedClient::answer(const protocol::Answer &message)
{
    answer(message, protocol::encode(message), nullptr);
}

void ServedClient::answer(const protocol::Answer &message, const transport::Message &encoded,
                          transport::BlockPointer *kept)
{
    if (const Result<void> sent = m_channel->send(encoded, kept); !sent)
        return decline(message.transaction, sent.error());
    showMonitors(message);
}

/// The answers to a RequestMany as they come in.
struct ServedClient::ManyAnswers
{
    std::vector<Result<Update>> updates;
    std::size_t missing = 0;
};

// First everything is taken, which runs nothing of the program's: so the values belong to one moment.
void ServedClient::handle(const protocol::RequestMany &message)
{
    if (handDirectly(message))
        return;
    const std::optional<Asked> asked = beginRequest(message);
    if (!asked)
        return;
    const auto &[topic, wanted, transaction] = *asked;
    std::vector<Result<TakenValue>> taken;
    for (const ItemName &item : message.items) {
        const auto forbidden = forbids(transport::Right::Request, message.conversation, item);
        taken.push_back(forbidden ? Result<TakenValue>{*forbidden} : topic->take(item, wanted));
    }

    const auto answers = std::make_shared<ManyAnswers>();
    answers->missing = taken.size();
    answers->updates.assign(taken.size(), Error{ErrorCode::Closed, {}});
    for (std::size_t place = 0; place < taken.size() && transaction->isPending; ++place) {
        const auto done = [weak = std::weak_ptr{transaction}, answers, place](const Result<Update> &update) {
            answers->updates[place] = update;
            if (--answers->missing != 0)
                return;
            if (const TransactionPointer its = weak.lock(); const auto self = clientOf(its))
                if (self->finish(*its))
                    self->answer(its->id, answers->updates);
        };
        if (!taken[place]) {
            done(taken[place].error());
            continue;
        }
        keep(transaction,
             topic->make(
                 *taken[place], *this, [done, stamp = taken[place]->stamp](const Result<Payload> &made) {
                     done(made.transform([&](const Payload &value) { return updateOf(stamp, value); }));
                 }));
    }
}

/// For all of the values, before the first of them is copied.
Result<void> ServedClient::makeRoom(const std::vector<Result<Update>> &updates, QByteArray &values) const
{
    std::uint64_t total = 0;
    for (const Result<Update> &update : updates)
        total += update ? static_cast<std::uint64_t>(update->value.size()) : 0;
    const std::uint64_t limit = m_server.seat().configuration().payloadLimit;
    if (total > limit)
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("the values together have more than %1 bytes").arg(limit)};
    if (const Result<void> room = m_channel->hasRoomFor(0, total); !room)
        return room;
    try {
        values.reserve(static_cast<qsizetype>(total));
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::OutOfSpace,
                     QStringLiteral("the service has no memory for %1 bytes of values").arg(total)};
    }
    return {};
}

void ServedClient::answer(protocol::TransactionId id, const std::vector<Result<Update>> &updates)
{
    protocol::AnswerMany message{.transaction = id};
    if (const Result<void> room = makeRoom(updates, message.values); !room)
        return decline(id, room.error());
    for (const Result<Update> &update : updates) {
        protocol::AnswerPart &part = message.parts.emplaceBack();
        const Result<FormatNumber> format = update.and_then([this](const Update &found) {
            return m_server.seat().formatNames().number(found.value.format());
        });
        if (!format) {
            part.refusal = format.error();
            continue;
        }
        // A lender that has broken its word leaves less than it had said.
        const QByteArray &value = update->value.bytes();
        part = {std::nullopt,     update->quality,
                update->sequence, toMicroseconds(update->sourceTime),
                *format,          static_cast<std::uint32_t>(value.size())};
        message.values.append(value);
    }
    if (const Result<void> sent = m_channel->send(protocol::encode(message)); !sent)
        return decline(id, sent.error());
    showMonitors(message);
}

void ServedClient::handle(const protocol::Browse &message)
{
    if (handDirectly(message))
        return;
    const std::shared_ptr<ServedTopic> topic = topicOf(message.conversation);
    if (!topic)
        return;
    const TransactionPointer transaction = begin(message.transaction, message.conversation);
    if (!transaction || !finish(*transaction))
        return;
    answer(message.transaction,
           Update{Payload{Format::json(), itemPage(*topic, message)}, 0, SourceTime::clock::now()});
}

// Orders

void ServedClient::handle(const protocol::Poke &message)
{
    if (handDirectly(message))
        return;
    const std::shared_ptr<ServedTopic> topic = topicOf(message.conversation);
    if (!topic)
        return;
    const std::optional<Format> format = formatOf(m_server.seat(), message.format);
    if (!format)
        return endForViolation(*m_channel, QStringLiteral("a poke in a format that nobody registered"));
    if (const TransactionPointer transaction = begin(message.transaction, message.conversation))
        keep(transaction, topic->poke(message.item, Payload{*format, message.value}, message.ifSequence,
                                      m_caller, answering(transaction)));
}

void ServedClient::handle(const protocol::Execute &message)
{
    if (handDirectly(message))
        return;
    const std::shared_ptr<ServedTopic> topic = topicOf(message.conversation);
    if (!topic)
        return;
    const TransactionPointer transaction = begin(message.transaction, message.conversation);
    if (!transaction)
        return;
    const WhenDone<void> done = answering(transaction);
    const Result<QString> command = commandIn(message, m_server.seat());
    if (command)
        keep(transaction, topic->execute(*command, m_caller, done));
    else
        done(command.error());
}

WhenDone<void> ServedClient::answering(const TransactionPointer &transaction)
{
    return [weak = std::weak_ptr{transaction}](const Result<void> &done) {
        const TransactionPointer its = weak.lock();
        const std::shared_ptr<ServedClient> self = clientOf(its);
        if (!self || !self->finish(*its))
            return;
        if (done)
            self->tell(protocol::Accepted{its->id, 0});
        else
            self->decline(its->id, done.error());
    };
}

void ServedClient::decline(protocol::TransactionId id, const Error &reason)
{
    m_returnMessage = reason.detail;
    tell(protocol::Declined{id, reason});
    m_server.returnMessageChanged(*this);
}

} // namespace tellwire::engine
