// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/message.h"
#include "formats/format.h"
#include "formats/result.h"

#include <QList>

#include <memory>

namespace tellwire::engine {

class ServedClient;

/// A conversation that its service decides itself, message by message, instead of giving its items to the
/// library: for faces that are exact about who is asked what and when. The library numbers, bounds and lists
/// what there is in it; the answers are sent with the functions of ServedClient for direct conversations.
///
/// Every function is called from the session's processing and may run the program's code, which may delete
/// anything.
class DirectConversation
{
public:
    virtual ~DirectConversation() = default;

    virtual const ServiceName &serviceName() const = 0;
    virtual const TopicName &topicName() const = 0;

    virtual void onMessage(const protocol::Request &message) = 0;
    virtual void onMessage(const protocol::RequestMany &message) = 0;
    virtual void onMessage(const protocol::Browse &message) = 0;
    virtual void onMessage(const protocol::Poke &message) = 0;
    virtual void onMessage(const protocol::Execute &message) = 0;
    virtual void onMessage(const protocol::Advise &message) = 0;
    virtual void onMessage(const protocol::Unadvise &message) = 0; ///< Of a link that there still is.
    virtual void onMessage(const protocol::Received &message) = 0; ///< Likewise.
    virtual void onMessage(const protocol::Cancel &message) = 0;   ///< Of a transaction without an answer.

    /// The client has ended the conversation, or is gone. Nothing more comes, and nothing more can be sent.
    virtual void onEnded() = 0;
};

/// How a direct conversation begins.
struct DirectOpening
{
    std::shared_ptr<DirectConversation> conversation;
    std::uint32_t number = 0; ///< See Opened::exactPartner.
};

/// A service all of whose conversations are direct, but for those about System, which the library serves if
/// the service does not want them. It may be published under several names.
class DirectService
{
public:
    /// A client wants to talk about a topic; `wasOffered` if find() has just named it to this client. Runs
    /// the program's code. Errors refuse; after NoSuchTopic, the library serves System itself.
    virtual Result<DirectOpening> connect(const std::shared_ptr<ServedClient> &client,
                                          const protocol::Initiate &message, std::uint32_t instance,
                                          bool wasOffered) = 0;

    /// The client has been told that the conversation is open. May run the program's code.
    virtual void onOpened(DirectConversation &conversation) = 0;

    /// What there is to talk about, under which of its published names. Runs the program's code. Asked once,
    /// under however many names the service is published; and not at all by who names both service and topic,
    /// since connect() can tell.
    virtual QList<protocol::FoundTopic> find(const std::shared_ptr<ServedClient> &client,
                                             const protocol::Find &message) = 0;

    // For System: what is known without asking the program.
    virtual bool isBusy() const = 0;
    virtual QList<TopicName> knownTopics() const = 0;
    virtual QList<Format> knownFormats() const = 0; ///< Those the program answers in, richest first.

protected:
    ~DirectService() = default;
};

} // namespace tellwire::engine
