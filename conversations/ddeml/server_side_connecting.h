// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/direct_service.h"

namespace tellwire::ddeml {

class Instance;

/// How conversations with an instance as their server begin: whoever wants to talk to one of its names, or to
/// any if its filter is off, comes here, and the program is asked. Source: ddeml-semantics.md A4.
class Connecting final : public engine::DirectService
{
public:
    explicit Connecting(std::weak_ptr<Instance> instance) : m_instance(std::move(instance)) {}

    Result<engine::DirectOpening> connect(const std::shared_ptr<engine::ServedClient> &client,
                                          const protocol::Initiate &message, std::uint32_t service,
                                          bool wasOffered) override;
    void onOpened(engine::DirectConversation &conversation) override;
    QList<protocol::FoundTopic> find(const std::shared_ptr<engine::ServedClient> &client,
                                     const protocol::Find &message) override;

    bool isBusy() const override;
    QList<TopicName> knownTopics() const override;
    QList<Format> knownFormats() const override;

private:
    std::weak_ptr<Instance> m_instance;
};

} // namespace tellwire::ddeml
