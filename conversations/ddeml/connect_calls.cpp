// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/calls.h"
#include "conversations/ddeml/connection_list.h"
#include "conversations/ddeml/connector.h"

#include <algorithm>
#include <cstring>
#include <optional>

using namespace tellwire;
using namespace tellwire::ddeml;

// Source: ddeml-semantics.md A4, A5 and A6.
namespace {

/// What a call that connects asks for, checked.
struct Wish
{
    std::shared_ptr<Instance> instance;
    ServiceName service;
    TopicName topic;
    CONVCONTEXT context{};

    Connector connector() const { return {instance, service.text(), context}; }
};

bool isUnknown(const Instance &, HSZ string, const ItemName *name)
{
    return string != nullptr && name == nullptr;
}

CONVCONTEXT contextOf(const Instance &instance, PCONVCONTEXT given)
{
    CONVCONTEXT context = instance.defaultContext();
    if (given != nullptr) {
        context = {};
        std::memcpy(&context, given, std::min<std::size_t>(given->cb, sizeof(context)));
        context.cb = sizeof(context);
    }
    return context;
}

/// Nothing, and the error with the instance, if the arguments make no sense.
std::optional<Wish> wishOf(DWORD id, HSZ service, HSZ topic, PCONVCONTEXT context)
{
    Wish wish;
    wish.instance = instanceOf(id);
    if (!wish.instance)
        return std::nullopt;
    Instance &instance = *wish.instance;
    const ItemName *serviceName = instance.strings().find(service);
    const ItemName *topicName = instance.strings().find(topic);
    const bool isNonsense = isUnknown(instance, service, serviceName) ||
                            isUnknown(instance, topic, topicName) ||
                            (context != nullptr && context->cb < sizeof(context->cb));
    if (instance.isMonitor() || isNonsense)
        return failed(instance, isNonsense ? DMLERR_INVALIDPARAMETER : DMLERR_DLL_USAGE,
                      std::optional<Wish>{});
    if (serviceName != nullptr) {
        const Result<ServiceName> legal = ServiceName::fromUserText(serviceName->text());
        if (!legal) // Nobody can have registered it.
            return failed(instance, DMLERR_NO_CONV_ESTABLISHED, std::optional<Wish>{});
        wish.service = *legal;
    }
    if (topicName != nullptr)
        wish.topic = TopicName{topicName->text()};
    wish.context = contextOf(instance, context);
    return wish;
}

/// The members of a list that still live, and which are in no list from now on.
std::vector<std::shared_ptr<ClientSide>> dissolve(const ConnectionList &list)
{
    std::vector<std::shared_ptr<ClientSide>> alive;
    for (const HCONV member : list.members())
        if (const auto conversation = ThreadInstances::ofThisThread().findConversation(member)) {
            conversation->list = nullptr;
            alive.push_back(std::static_pointer_cast<ClientSide>(conversation));
        }
    return alive;
}

HCONVLIST makeList(Instance &instance, const std::vector<std::shared_ptr<ClientSide>> &members)
{
    const auto list = std::make_shared<ConnectionList>(instance);
    for (const std::shared_ptr<ClientSide> &member : members)
        if (!member->isTerminated()) {
            member->list = list->handle();
            list->add(member->handle());
        }
    if (list->members().empty())
        return failed<HCONVLIST>(instance, DMLERR_NO_CONV_ESTABLISHED, nullptr);
    instance.thread().lists.emplace(list->handle(), list);
    return list->handle();
}

} // namespace

HCONV DdeConnect(DWORD idInst, HSZ hszService, HSZ hszTopic, PCONVCONTEXT pCC)
{
    const std::optional<Wish> wish = wishOf(idInst, hszService, hszTopic, pCC);
    if (!wish)
        return nullptr;
    const auto opened = wish->connector().connect(wish->service, wish->topic);
    return opened ? opened->handle() : failed<HCONV>(*wish->instance, DMLERR_NO_CONV_ESTABLISHED, nullptr);
}

HCONVLIST DdeConnectList(DWORD idInst, HSZ hszService, HSZ hszTopic, HCONVLIST hConvList, PCONVCONTEXT pCC)
{
    auto before = ThreadInstances::ofThisThread().lists.extract(hConvList);
    std::vector<std::shared_ptr<ClientSide>> members;
    if (!before.empty())
        members = dissolve(*before.mapped());
    const std::optional<Wish> wish = wishOf(idInst, hszService, hszTopic, pCC);
    if (!wish)
        return nullptr;
    if (hConvList != nullptr && (before.empty() || &before.mapped()->instance() != wish->instance.get()))
        return failed<HCONVLIST>(*wish->instance, DMLERR_INVALIDPARAMETER, nullptr);
    std::vector<Connector::Candidate> known;
    for (const std::shared_ptr<ClientSide> &member : members)
        known.push_back(member->server());
    for (const auto &opened : wish->connector().connectAll(wish->service, wish->topic, known))
        members.push_back(opened);
    return makeList(*wish->instance, members);
}

HCONV DdeReconnect(HCONV hConv)
{
    const std::shared_ptr<Conversation> conversation = conversationOf(hConv, DMLERR_INVALIDPARAMETER);
    if (!conversation)
        return nullptr;
    const std::shared_ptr<Instance> instance = conversation->instance().shared_from_this();
    if (!conversation->isClient() || !conversation->isTellingItsEnd())
        return failed<HCONV>(*instance, DMLERR_INVALIDPARAMETER, nullptr);
    const auto &ended = static_cast<const ClientSide &>(*conversation);
    CONVINFO info;
    ended.describe(QID_SYNC, info);
    Connector connector{instance, instance->strings().text(info.hszServiceReq), ended.context()};
    const auto opened = connector.connectAgain(ended);
    if (!opened)
        return failed<HCONV>(*instance, DMLERR_NO_CONV_ESTABLISHED, nullptr);
    for (const ClientSide::LinkRequest &link : ended.links())
        opened->restore(link);
    return opened->handle();
}
