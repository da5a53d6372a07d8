// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/server_side_connecting.h"

#include "conversations/ddeml/data_object.h"
#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/name_service.h"
#include "conversations/ddeml/server_side.h"
#include "conversations/ddeml/thread_instances.h"

#include <algorithm>
#include <cstring>

namespace tellwire::ddeml {

namespace {

using Context = std::optional<protocol::ConversationContext>;

bool isSelf(const Instance &instance, const Context &context)
{
    return context && context->instance == instance.number();
}

/// Refused connections look as if there were no such server.
bool mayConnect(const Instance &instance, const Context &context)
{
    const bool isForbidden = instance.has(CBF_FAIL_CONNECTIONS) ||
                             (instance.has(CBF_FAIL_SELFCONNECTIONS) && isSelf(instance, context));
    return !instance.isEnded() && !isForbidden;
}

/// What the program is asked with, about a client that may be of another face and then has no context.
HDDEDATA ask(Instance &instance, UINT type, const TopicName &topic, const ServiceName &service,
             const Context &context)
{
    const StringHold heldTopic{instance.strings(), topic.text()};
    const StringHold heldService{instance.strings(), service.text()};
    CONVCONTEXT shown = context ? fromMessage(*context) : CONVCONTEXT{};
    return instance.call({.type = type,
                          .string1 = heldTopic.get(),
                          .string2 = heldService.get(),
                          .word1 = context ? reinterpret_cast<ULONG_PTR>(&shown) : 0, // NOLINT: as in Win32
                          .word2 = isSelf(instance, context) ? ULONG_PTR{1} : ULONG_PTR{0}});
}

/// The pairs that the program has answered a wild connect with, up to the one of two zeros.
std::vector<HSZPAIR> pairsIn(const QByteArray &bytes)
{
    std::vector<HSZPAIR> pairs;
    const auto size = static_cast<qsizetype>(sizeof(HSZPAIR));
    for (qsizetype place = 0; place + size <= bytes.size() && pairs.size() < protocol::maxFoundTopics;
         place += size) {
        HSZPAIR pair{};
        std::memcpy(&pair, bytes.constData() + place, sizeof pair);
        if (pair.hszSvc == nullptr && pair.hszTopic == nullptr)
            break;
        pairs.push_back(pair);
    }
    return pairs;
}

/// One of them, if it makes sense and is what was asked for.
std::optional<protocol::FoundTopic> offered(Instance &instance, const HSZPAIR &pair,
                                            const protocol::Find &wanted)
{
    const Result<ServiceName> service = ServiceName::fromUserText(instance.strings().text(pair.hszSvc));
    const Result<TopicName> topic = TopicName::fromUserText(instance.strings().text(pair.hszTopic));
    if (!service || !topic)
        return std::nullopt;
    const NameService &names = instance.services();
    const bool isWanted = (wanted.topic.isEmpty() || wanted.topic == *topic) &&
                          (wanted.service.isEmpty() || names.isName(*service, wanted.service));
    const std::uint32_t number = names.serviceFor(*service);
    if (!isWanted || number == 0)
        return std::nullopt;
    return protocol::FoundTopic{number, *service, *topic};
}

} // namespace

Result<engine::DirectOpening> Connecting::connect(const std::shared_ptr<engine::ServedClient> &client,
                                                  const protocol::Initiate &message, std::uint32_t service,
                                                  bool wasOffered)
{
    const std::shared_ptr<Instance> instance = m_instance.lock();
    const Error noServer{ErrorCode::NoSuchService, QStringLiteral("the service takes no conversations")};
    if (!instance || !mayConnect(*instance, message.context))
        return noServer;
    // Who asks for the instance alone by its name talks to the service all the same.
    const ServiceName registered = instance->services().nameOf(service);
    const ServiceName name = wasOffered || registered.isEmpty() ? message.service : registered;
    if (!wasOffered) {
        const HDDEDATA answer = ask(*instance, XTYP_CONNECT, message.topic, name, message.context);
        if (answer == nullptr || answer == CBR_BLOCK)
            return Error{
                ErrorCode::NoSuchTopic,
                QStringLiteral("the service does not want to talk about %1").arg(message.topic.text())};
    }
    if (instance->isEnded())
        return noServer;
    CONVCONTEXT context = instance->defaultContext();
    if (message.context)
        context = fromMessage(*message.context);
    const Conversation::Setup setup{.service = name.text(),
                                    .serviceAskedFor = message.service.text(),
                                    .topic = message.topic.text(),
                                    .context = context,
                                    .partner = message.context ? message.conversation : 0,
                                    .isSelf = isSelf(*instance, message.context)};
    const auto side = std::make_shared<ServerSide>(
        instance, setup,
        ServerSide::Partner{client, message.conversation, service, message.context.has_value()}, name,
        message.topic);
    return engine::DirectOpening{side, side->number()};
}

void Connecting::onOpened(engine::DirectConversation &conversation)
{
    auto &side = static_cast<ServerSide &>(conversation); // All that connect() makes are.
    const std::shared_ptr<Conversation> guard = side.shared_from_this();
    Instance &instance = side.instance();
    instance.add(guard);
    instance.services().conversationsChanged();
    if (!instance.has(CBF_SKIP_CONNECT_CONFIRMS))
        (void)instance.call({.type = XTYP_CONNECT_CONFIRM,
                             .conversation = side.handle(),
                             .string1 = side.topic(),
                             .string2 = side.service(),
                             .word2 = side.isSelf() ? ULONG_PTR{1} : ULONG_PTR{0}});
}

QList<protocol::FoundTopic> Connecting::find(const std::shared_ptr<engine::ServedClient> &,
                                             const protocol::Find &message)
{
    const std::shared_ptr<Instance> instance = m_instance.lock();
    if (!instance || !mayConnect(*instance, message.context))
        return {};
    const HDDEDATA answer = ask(*instance, XTYP_WILDCONNECT, message.topic, message.service, message.context);
    if (answer == nullptr || answer == CBR_BLOCK || instance->isEnded())
        return {};
    const std::shared_ptr<DataObject> array = instance->thread().data().passOn(answer, instance->id());
    if (!array) {
        instance->setLastError(DMLERR_INVALIDPARAMETER);
        return {};
    }
    QList<protocol::FoundTopic> found;
    for (const HSZPAIR &pair : pairsIn(array->bytes))
        if (const std::optional<protocol::FoundTopic> topic = offered(*instance, pair, message))
            found.append(*topic);
    return found;
}

bool Connecting::isBusy() const
{
    const std::shared_ptr<Instance> instance = m_instance.lock();
    return instance && (instance->blocksNewConversations ||
                        std::ranges::any_of(instance->conversations(), [](const auto &conversation) {
                            return !conversation->isClient() && conversation->queue().isBlocked();
                        }));
}

QList<TopicName> Connecting::knownTopics() const
{
    QList<TopicName> topics;
    QSet<TopicName> seen;
    const std::shared_ptr<Instance> instance = m_instance.lock();
    if (!instance)
        return topics;
    for (const std::shared_ptr<Conversation> &conversation : instance->conversations())
        if (const auto *side = dynamic_cast<const ServerSide *>(conversation.get()))
            if (side->topicName() != "System"_topic && !seen.contains(side->topicName())) {
                seen.insert(side->topicName());
                topics.append(side->topicName());
            }
    return topics;
}

QList<Format> Connecting::knownFormats() const
{
    const std::shared_ptr<Instance> instance = m_instance.lock();
    return instance ? instance->services().formats() : QList<Format>{};
}

} // namespace tellwire::ddeml
