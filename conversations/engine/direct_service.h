// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "dde/protocol/message.h"
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

    virtual void handle(const protocol::Request &message) = 0;
    virtual void handle(const protocol::RequestMany &message) = 0;
    virtual void handle(const protocol::Browse &message) = 0;
    virtual void handle(const protocol::Poke &message) = 0;
    virtual void handle(const protocol::Execute &message) = 0;
    virtual void handle(const protocol::Advise &message) = 0;
    virtual void handle(const protocol::Unadvise &message) = 0; ///< Of a link that there is.
    virtual void handle(const protocol::Fetch &message) = 0;
    virtual void handle(const protocol::Received &message) = 0;
    virtual void handle(const protocol::Cancel &message) = 0; ///< Of a transaction that is not answered.

    /// The client has ended the conversation, or is gone. Nothing more comes, and nothing more can be sent.
    virtual void onEnded() = 0;
};

/// How a direct conversation begins.
struct DirectOpening
{
    std::shared_ptr<DirectConversation> conversation;
    std::uint32_t number = 0; ///< See Opened::exactPartner.
    ServiceName service = {}; ///< As the client is told.
    TopicName topic = {};
};

/// A service all of whose conversations are direct, but for those about System, which the library serves if
/// the service does not want them.
class DirectService
{
public:
    /// A client wants to talk about a topic. Runs the program's code. Any error is a refusal.
    virtual Result<DirectOpening> connect(const std::shared_ptr<ServedClient> &client,
                                          const protocol::Initiate &message) = 0;

    /// The client has been told that the conversation is open.
    virtual void onOpened(DirectConversation &conversation) = 0;

    /// What there is to talk about, without System. Runs the program's code.
    virtual QList<protocol::FoundTopic> find(const std::shared_ptr<ServedClient> &client,
                                             const protocol::Find &message) = 0;

    /// For System: topics that are known to be there without asking the program.
    virtual QList<TopicName> knownTopics() const = 0;

protected:
    ~DirectService() = default;
};

} // namespace tellwire::engine
