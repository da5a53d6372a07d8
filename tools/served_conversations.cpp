// SPDX-License-Identifier: Apache-2.0
#include "tools/served_conversations.h"

#include "conversations/conversation.h"
#include "formats/json_format.h"

#include <memory>
#include <optional>
#include <vector>

#include <unistd.h>

namespace tellwire::tool {

namespace {

struct QuestionToService
{
    PublishedService service;
    std::unique_ptr<Conversation> conversation;
    Reply<Update> reply;
};

/// A program says the same on each of its services: one of each name is enough.
bool wasAsked(const std::vector<QuestionToService> &questions, const PublishedService &service)
{
    return std::ranges::any_of(questions, [&service](const QuestionToService &question) {
        return question.service.pid == service.pid && question.service.name == service.name;
    });
}

QuestionToService ask(const Session &session, const PublishedService &service)
{
    auto conversation = std::make_unique<Conversation>(
        session, service.instance.isEmpty() ? service.name : service.instance, "System"_topic);
    Reply<Update> reply = conversation->request("Conversations"_item, Format::json());
    return {service, std::move(conversation), std::move(reply)};
}

QString textIn(const nlohmann::json &object, const char *member)
{
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? QString::fromStdString(found->get<std::string>())
                                                       : QString{};
}

quint64 numberIn(const nlohmann::json &object, const char *member)
{
    const auto found = object.find(member);
    return found != object.end() && found->is_number_unsigned() ? found->get<quint64>() : 0;
}

// Anybody may have written it: what is no conversation is left out.
void addConversations(QList<ServedConversation> &all, const ServiceName &service, const Payload &answer)
{
    const Result<nlohmann::json> rows = answer.as<nlohmann::json>();
    if (!rows || !rows->is_array())
        return;
    for (const nlohmann::json &row : *rows) {
        const ServedConversation conversation{.service = textIn(row, "service"),
                                              .topic = textIn(row, "topic"),
                                              .program = textIn(row, "program"),
                                              .pid = static_cast<qint64>(numberIn(row, "pid")),
                                              .links = numberIn(row, "links"),
                                              .queued = numberIn(row, "queued"),
                                              .waiting = numberIn(row, "waiting")};
        const bool isOurs = conversation.pid == getpid();
        if (!isOurs && foldedKey(conversation.service) == service.key())
            all.append(conversation);
    }
}

} // namespace

ServedConversations askForConversations(const Session &session, const QList<PublishedService> &services)
{
    std::vector<QuestionToService> questions;
    for (const PublishedService &service : services)
        if (!wasAsked(questions, service))
            questions.push_back(ask(session, service));
    ServedConversations answer;
    for (const QuestionToService &question : questions) {
        const Result<Update> said = waitFor(question.reply, std::chrono::milliseconds{-1});
        if (said)
            addConversations(answer.all, question.service.name, said->value);
        else if (said.error().code == ErrorCode::TimedOut || said.error().code == ErrorCode::PeerGone)
            answer.silent.append(question.service);
    }
    return answer;
}

} // namespace tellwire::tool
