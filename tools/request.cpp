// SPDX-License-Identifier: Apache-2.0
#include "conversations/conversation.h"
#include "formats/json_format.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/output.h"
#include "tools/update_lines.h"
#include "tools/update_text.h"

#include <QHash>

#include <memory>

namespace tellwire::tool {

namespace {

constexpr std::chrono::milliseconds untilItsOwnLimit{-1};

int failToRequest(const ItemAddress &address, const Error &reason)
{
    return fail(QStringLiteral("request %1").arg(address.toString()), reason);
}

int requestOne(const Session &session, const ItemAddress &address, const RequestOptions &options)
{
    Conversation conversation{session, address.service, address.topic};
    const Result<Update> update =
        waitFor(conversation.request(address.item, options.format), untilItsOwnLimit);
    if (!update)
        return failToRequest(address, update.error());
    if (options.json)
        return finishWithJson(toJson(address, *update));
    const bool isForPeople = outputIsTerminal() && textOf(update->value);
    return isForPeople ? finishWith(update->value.bytes() + '\n') : finishWith(update->value.view());
}

/// The items of one topic, asked for together.
struct Question
{
    std::unique_ptr<Conversation> conversation;
    QList<ItemName> items = {};
    std::optional<Reply<QList<Result<Update>>>> reply = std::nullopt;
    qsizetype taken = 0; ///< So many of its answers were written.
};

class ManyQuestions
{
public:
    ManyQuestions(const Session &session, const RequestOptions &options);
    int answer();

private:
    Question &questionFor(const ItemAddress &address);
    Result<Update> next(const ItemAddress &address);
    QByteArray line(qsizetype item, const Update &update) const;

    Session m_session;
    RequestOptions m_options;
    QStringList m_labels;
    std::vector<Question> m_questions;
    QHash<TopicAddress, std::size_t> m_places; ///< In m_questions.
};

// All are on their way before one is waited for, so that a program that hangs costs its time once.
ManyQuestions::ManyQuestions(const Session &session, const RequestOptions &options)
    : m_session(session),
      m_options(options),
      m_labels(labelsOf(options.addresses))
{
    for (const ItemAddress &address : options.addresses)
        questionFor(address).items.append(address.item);
    for (Question &question : m_questions)
        question.reply = question.conversation->requestMany(question.items, {options.format});
}

Question &ManyQuestions::questionFor(const ItemAddress &address)
{
    const TopicAddress topic{address.service, address.topic};
    if (!m_places.contains(topic)) {
        m_places.insert(topic, m_questions.size());
        m_questions.push_back({std::make_unique<Conversation>(m_session, topic.service, topic.topic)});
    }
    return m_questions[m_places.value(topic)];
}

Result<Update> ManyQuestions::next(const ItemAddress &address)
{
    Question &question = questionFor(address);
    const Result<QList<Result<Update>>> answers = waitFor(*question.reply, untilItsOwnLimit);
    if (!answers)
        return answers.error();
    return answers->at(question.taken++);
}

int ManyQuestions::answer()
{
    int exitCode = success;
    for (qsizetype item = 0; item < m_options.addresses.size(); ++item) {
        const ItemAddress &address = m_options.addresses[item];
        const Result<Update> update = next(address);
        if (!update) {
            const int failed = failToRequest(address, update.error());
            exitCode = exitCode == success ? failed : exitCode;
        } else if (const std::optional<int> end = writeOut(line(item, *update))) {
            return *end;
        }
    }
    return exitCode;
}

QByteArray ManyQuestions::line(qsizetype item, const Update &update) const
{
    if (m_options.json)
        return printJson(toJson(m_options.addresses[item], update)) + '\n';
    return m_labels[item].toUtf8() + '\t' + update.value.bytes() + '\n';
}

} // namespace

int request(const Session &session, const RequestOptions &options)
{
    if (options.addresses.size() == 1)
        return requestOne(session, options.addresses.constFirst(), options);
    return ManyQuestions{session, options}.answer();
}

} // namespace tellwire::tool
