// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/conversation.h"
#include "conversations/ddeml/post_advise.h"
#include "conversations/engine/direct_service.h"

#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>

namespace tellwire::engine {
class DirectUpdates;
class ServedClient;
} // namespace tellwire::engine

namespace tellwire::ddeml {

/// The server's end of a conversation: puts what the client wants to the program's callback, and answers.
///
/// Partners of other faces ask for text as UTF-8, which the program has as CF_UNICODETEXT or CF_TEXT; it is
/// asked for its own kind first. Other formats go by number.
class ServerSide final : public Conversation, public engine::DirectConversation
{
public:
    struct Partner
    {
        std::weak_ptr<engine::ServedClient> program;
        protocol::ConversationId conversation = 0; ///< As that calls it.
        std::uint32_t service = 0;                 ///< Under which number it was published to it.
        bool isExact = false;
    };

    ServerSide(std::shared_ptr<Instance> instance, const Setup &setup, Partner partner, ServiceName service,
               TopicName topic);

    std::uint32_t publishedService() const noexcept { return m_partner.service; }

    // For AdvisedLinks.
    /// The program has answered XTYP_ADVREQ; the link may have ended meanwhile.
    void sendUpdate(engine::DirectUpdates &updates, AdvisedLink &link, HDDEDATA result);

    bool isClient() const noexcept override { return false; }
    bool hasLinks() const noexcept override { return !m_links.empty(); }
    void tellPartnerEnd() override;

    const ServiceName &serviceName() const override { return m_serviceName; }
    const TopicName &topicName() const override { return m_topicName; }
    void onMessage(const protocol::Request &message) override;
    void onMessage(const protocol::RequestMany &message) override;
    void onMessage(const protocol::Browse &message) override;
    void onMessage(const protocol::Poke &message) override;
    void onMessage(const protocol::Execute &message) override;
    void onMessage(const protocol::Advise &message) override;
    void onMessage(const protocol::Unadvise &message) override;
    void onMessage(const protocol::Received &message) override;
    void onMessage(const protocol::Cancel &message) override;
    void onEnded() override;

protected:
    const Activity *activity(DWORD) const override { return nullptr; }
    DWORD_PTR *userHandle(DWORD) override { return nullptr; }

private:
    /// One format to ask the program for, and what the client gets then.
    struct Attempt
    {
        UINT asked = 0;
        FormatNumber delivered = 0;
    };
    using Attempts = std::deque<Attempt>;
    struct Given
    {
        FormatNumber format = 0;
        QByteArray value;
    };
    using WhenAsked = std::function<void(const Result<Given> &)>;
    struct ManyAnswers;

    Attempts attemptsFor(const QList<FormatNumber> &wanted) const;
    WaitingCallback waiting(UINT type, UINT format, const ItemName &item);
    std::shared_ptr<DataObject> received(const QByteArray &bytes, UINT format, HSZ item) const;
    bool enqueue(WaitingCallback entry, bool isNext = false);

    /// Asks for a value in one format after the other.
    void ask(const ItemName &item, Attempts attempts, const WhenAsked &done, bool isNext = false);
    std::optional<QByteArray> valueIn(HDDEDATA result, HSZ item, UINT format) const;
    Result<Given> deliverable(const QByteArray &value, const Attempt &attempt) const;
    void askForMore(const std::shared_ptr<ManyAnswers> &answers);

    void refuse(protocol::TransactionId transaction, ErrorCode code, std::uint8_t applicationCode = 0);
    void acknowledge(protocol::TransactionId transaction, HDDEDATA result);

    void startLink(const protocol::Advise &message, Attempts attempts, bool isNext);
    void establish(const protocol::Advise &message, const Attempt &attempt);
    void stopLink(protocol::LinkId id);
    void forgetLink(const std::shared_ptr<AdvisedLink> &link);
    void forgetLinks();
    void reportLowMemory();

    struct Place
    {
        HSZ item = nullptr;
        UINT format = 0;
        bool operator==(const Place &) const = default;
    };
    struct PlaceHash
    {
        std::size_t operator()(const Place &place) const noexcept;
    };

    Partner m_partner;
    ServiceName m_serviceName;
    TopicName m_topicName;
    std::unordered_map<protocol::LinkId, std::shared_ptr<AdvisedLink>> m_links;
    std::unordered_map<Place, std::shared_ptr<AdvisedLink>, PlaceHash> m_byPlace; ///< Of an exact partner.
    bool m_isCongested = false; ///< The program has been told that updates were lost.
};

} // namespace tellwire::ddeml
