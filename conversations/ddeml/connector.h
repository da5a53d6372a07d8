// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/client_side.h"

#include <memory>
#include <vector>

namespace tellwire::engine {
class Client;
}

namespace tellwire::ddeml {

/// Opens conversations for an instance, and lets everything in the thread go on meanwhile.
class Connector
{
public:
    using Target = engine::ClientConversation::Target;
    using Candidate = engine::ClientConversation::Candidate;

    /// `serviceAskedFor` may be empty.
    Connector(std::shared_ptr<Instance> instance, QString serviceAskedFor, const CONVCONTEXT &context);

    /// Null if nobody accepts.
    std::shared_ptr<ClientSide> connect(const ServiceName &service, const TopicName &topic);

    /// Everything that can be had but what is there already; an empty name means any. In order of opening.
    std::vector<std::shared_ptr<ClientSide>> connectAll(const ServiceName &service, const TopicName &topic,
                                                        const std::vector<Candidate> &known);

    /// With the server that has ended a conversation, or else with one that offers the same.
    std::shared_ptr<ClientSide> connectAgain(const ClientSide &ended);

private:
    class Attempt;

    engine::Client &client() const;
    Target target(const ServiceName &service, const TopicName &topic) const;
    std::vector<Candidate> find(const ServiceName &service, const TopicName &topic);
    std::vector<std::shared_ptr<ClientSide>> open(const std::vector<Target> &targets);

    std::shared_ptr<Instance> m_instance;
    QString m_serviceAskedFor;
    CONVCONTEXT m_context;
};

} // namespace tellwire::ddeml
