// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/server_side.h"

#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/name_service.h"
#include "conversations/ddeml/server_text.h"
#include "conversations/ddeml/thread_instances.h"
#include "conversations/engine/format_numbers.h"
#include "conversations/engine/served_client.h"
#include "conversations/engine/source_time.h"
#include "conversations/engine/system_topic.h"
#include "dde/transport/seat.h"

#include <algorithm>
#include <utility>

// What a client asks and orders. Its links: server_side_links.cpp.

namespace tellwire::ddeml {

namespace {

std::uintptr_t statusIn(HDDEDATA result) { return numberOf(result); }

} // namespace

ServerSide::ServerSide(std::shared_ptr<Instance> instance, const Setup &setup, Partner partner,
                       ServiceName service, TopicName topic)
    : Conversation(std::move(instance), setup),
      m_partner(std::move(partner)),
      m_serviceName(std::move(service)),
      m_topicName(std::move(topic))
{}

void ServerSide::tellPartnerEnd()
{
    forgetLinks();
    if (const auto client = m_partner.program.lock())
        client->terminate(m_partner.conversation, std::nullopt);
    instance().services().conversationsChanged();
}

void ServerSide::onEnded()
{
    const std::shared_ptr<Conversation> guard = shared_from_this();
    forgetLinks();
    onPartnerEnded();
    instance().services().conversationsChanged();
}

// What the program is asked

/// Formats of exact partners are tried as they are, with any number. Others want text, for which there are
/// two ways, or something of their own.
ServerSide::Attempts ServerSide::attemptsFor(const QList<FormatNumber> &wanted) const
{
    Attempts attempts;
    const auto add = [&](UINT asked, FormatNumber delivered) {
        if (std::ranges::find(attempts, asked, &Attempt::asked) == attempts.end())
            attempts.push_back({asked, delivered});
    };
    const FormatNumber text = m_partner.isExact
                                  ? FormatNumber{0}
                                  : instance().seat().formatNames().number(Format::text()).value_or(0);
    for (const FormatNumber number : wanted) {
        const bool isText = !m_partner.isExact && (number == text || number == protocol::anyFormat);
        if (isText && text != 0) {
            add(textFormat(instance().isWide()), text);
            add(textFormat(!instance().isWide()), text);
        } else {
            add(number, number);
        }
    }
    return attempts;
}

WaitingCallback ServerSide::waiting(UINT type, UINT format, const ItemName &item)
{
    WaitingCallback entry;
    entry.arguments.type = type;
    entry.arguments.format = format;
    entry.arguments.string1 = topic();
    if (!item.isEmpty())
        entry.item = StringHold{instance().strings(), item.text()};
    entry.prepare = [this](const WaitingCallback &next) {
        m_current = {next.item.get(), next.arguments.format, next.arguments.type};
        return true;
    };
    return entry;
}

std::shared_ptr<DataObject> ServerSide::received(const QByteArray &bytes, UINT format, HSZ item) const
{
    const auto object = std::make_shared<DataObject>();
    object->instance = instance().id();
    object->bytes = bytes;
    object->item = item;
    object->format = format;
    object->owner = DataObject::Owner::Library;
    object->isPassedOn = true;
    return object;
}

/// False if too much waits for the program already.
bool ServerSide::enqueue(WaitingCallback entry, bool isNext)
{
    entry.done = [this, done = std::move(entry.done)](HDDEDATA result) {
        m_current = {};
        if (!isTerminated())
            return done(result);
        (void)instance().thread().data().passOn(result, instance().id()); // Nobody wants it any more.
    };
    if (!isNext)
        return queue().add(std::move(entry));
    queue().addNext(std::move(entry));
    return true;
}

/// What the callback has returned as a value; it must be what was asked for.
std::optional<QByteArray> ServerSide::valueIn(HDDEDATA result, HSZ item, UINT format) const
{
    if (result == nullptr || result == CBR_BLOCK)
        return std::nullopt;
    const std::shared_ptr<DataObject> object = instance().thread().data().passOn(result, instance().id());
    const ItemName *ofItem = object ? instance().strings().find(object->item) : nullptr;
    const bool isForAnother = ofItem != nullptr && object->item != item;
    if (!object || object->format != format || isForAnother) {
        instance().setLastError(DMLERR_INVALIDPARAMETER);
        return std::nullopt;
    }
    instance().services().noteFormat(format);
    return object->bytes;
}

Result<ServerSide::Given> ServerSide::deliverable(const QByteArray &value, const Attempt &attempt) const
{
    if (attempt.asked == attempt.delivered)
        return Given{attempt.delivered, value};
    return toPlainText(value, attempt.asked).transform([&](const QByteArray &text) {
        return Given{attempt.delivered, text};
    });
}

void ServerSide::ask(const ItemName &item, Attempts attempts, const WhenAsked &done, bool isNext)
{
    const Attempt attempt = attempts.front();
    attempts.pop_front();
    WaitingCallback entry = waiting(XTYP_REQUEST, attempt.asked, item);
    entry.done = [this, item, attempt, attempts, done, string = entry.item.get()](HDDEDATA result) {
        if (const std::optional<QByteArray> value = valueIn(result, string, attempt.asked))
            return done(deliverable(*value, attempt));
        if (!attempts.empty())
            return ask(item, attempts, done, true);
        done(Error{ErrorCode::Refused, QStringLiteral("the service has no %1").arg(item.text())});
    };
    if (!enqueue(std::move(entry), isNext))
        done(Error{ErrorCode::Busy, QStringLiteral("too much waits for the service")});
}

void ServerSide::onMessage(const protocol::Request &message)
{
    if (instance().has(CBF_FAIL_REQUESTS))
        return refuse(message.transaction, ErrorCode::Refused);
    const Attempts attempts = attemptsFor(message.formats);
    const bool isItemList = message.item == engine::systemItems().topicItemList;
    const Attempt first = attempts.front();
    ask(message.item, attempts, [=, this, id = message.transaction](const Result<Given> &given) {
        const auto client = m_partner.program.lock();
        if (!client)
            return;
        if (given)
            return client->answer(id, given->format, given->value);
        // Nobody can list the items of a program that does not. Source: ddeml-semantics.md B11.
        if (isItemList && isTextFormat(first.asked) && given.error().code == ErrorCode::Refused) {
            const QByteArray itself = engine::systemItems().topicItemList.text().toUtf8();
            const Result<QByteArray> text = fromPlainText(itself, first.asked);
            return client->answer(id, first.delivered,
                                  first.asked == first.delivered ? text.value_or(itself) : itself);
        }
        client->refuse(id, given.error());
    });
}

/// The answers to a RequestMany as they come in.
struct ServerSide::ManyAnswers
{
    protocol::RequestMany question;
    protocol::AnswerMany message;
    bool hasAsked = false; ///< The program; what is asked next follows at once.
};

void ServerSide::onMessage(const protocol::RequestMany &message)
{
    if (instance().has(CBF_FAIL_REQUESTS))
        return refuse(message.transaction, ErrorCode::Refused);
    const auto answers = std::make_shared<ManyAnswers>();
    answers->question = message;
    answers->message.transaction = message.transaction;
    askForMore(answers);
}

void ServerSide::askForMore(const std::shared_ptr<ManyAnswers> &answers)
{
    const qsizetype place = answers->message.parts.size();
    const auto done = [this, answers, place](const Result<Given> &given) {
        protocol::AnswerPart &part = answers->message.parts.emplaceBack();
        const auto all = static_cast<std::uint64_t>(answers->message.values.size()) +
                         (given ? static_cast<std::uint64_t>(given->value.size()) : 0);
        if (all > instance().seat().configuration().payloadLimit)
            return refuse(answers->question.transaction, ErrorCode::TooLarge);
        if (given) {
            part.time = engine::toMicroseconds(SourceTime::clock::now());
            part.format = given->format;
            part.length = static_cast<std::uint32_t>(given->value.size());
            answers->message.values += given->value;
        } else {
            part.refusal = given.error();
        }
        if (answers->message.parts.size() < answers->question.items.size())
            return askForMore(answers);
        if (const auto client = m_partner.program.lock())
            client->answer(answers->message);
    };
    const ItemName &item = answers->question.items.at(place);
    if (const auto client = m_partner.program.lock())
        if (const auto forbidden = client->forbids(transport::Right::Request, m_partner.conversation, item))
            return done(*forbidden);
    ask(item, attemptsFor(answers->question.formats), done, std::exchange(answers->hasAsked, true));
}

void ServerSide::onMessage(const protocol::Browse &message)
{
    refuse(message.transaction, ErrorCode::Refused);
}

// What the program is told to do

void ServerSide::refuse(protocol::TransactionId transaction, ErrorCode code, std::uint8_t applicationCode)
{
    if (const auto client = m_partner.program.lock())
        client->refuse(transaction, {.code = code,
                                     .detail = QStringLiteral("the service did not process it"),
                                     .applicationCode = applicationCode});
}

/// The status word the callback has returned. Source: ddeml-semantics.md B10.
void ServerSide::acknowledge(protocol::TransactionId transaction, HDDEDATA result)
{
    const std::uintptr_t status = statusIn(result);
    const auto code = static_cast<std::uint8_t>(status & DDE_FAPPSTATUS);
    if ((status & DDE_FACK) == 0)
        return refuse(transaction, (status & DDE_FBUSY) != 0 ? ErrorCode::Busy : ErrorCode::Refused, code);
    if (const auto client = m_partner.program.lock())
        client->accept(transaction, code);
}

void ServerSide::onMessage(const protocol::Poke &message)
{
    // The program does not number its updates, so nobody knows whether the item is at the one that is meant.
    if (instance().has(CBF_FAIL_POKES) || message.ifSequence != 0)
        return refuse(message.transaction, ErrorCode::Refused);
    const Attempt given = attemptsFor({message.format}).front();
    const Result<QByteArray> value = given.asked == given.delivered
                                         ? Result<QByteArray>{message.value.array()}
                                         : fromPlainText(message.value.array(), given.asked);
    if (!value)
        return refuse(message.transaction, value.error().code);
    WaitingCallback entry = waiting(XTYP_POKE, given.asked, message.item);
    entry.data = received(*value, given.asked, entry.item.get());
    entry.done = [this, id = message.transaction](HDDEDATA result) { acknowledge(id, result); };
    if (!enqueue(std::move(entry)))
        refuse(message.transaction, ErrorCode::Busy);
}

void ServerSide::onMessage(const protocol::Execute &message)
{
    if (instance().has(CBF_FAIL_EXECUTES))
        return refuse(message.transaction, ErrorCode::Refused);
    const Result<QByteArray> command = commandFor(instance().isWide(), message.command, message.format);
    if (!command)
        return refuse(message.transaction, command.error().code);
    WaitingCallback entry = waiting(XTYP_EXECUTE, 0, {});
    entry.data = received(*command, 0, nullptr);
    entry.done = [this, id = message.transaction](HDDEDATA result) { acknowledge(id, result); };
    if (!enqueue(std::move(entry)))
        refuse(message.transaction, ErrorCode::Busy);
}

// What the client does not wait for any more still reaches the program, as it always has; only the answer
// finds nobody.
void ServerSide::onMessage(const protocol::Cancel &) {}

} // namespace tellwire::ddeml
