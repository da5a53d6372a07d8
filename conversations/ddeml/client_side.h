// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/conversation.h"
#include "conversations/engine/client_conversation.h"
#include "formats/result.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tellwire::ddeml {

/// The client's end of a conversation: on a conversation of the engine, whose links it keeps itself, because
/// programs may have very many. Between exact ends nothing is converted; see text_conversion.h for others.
class ClientSide final : public Conversation,
                         public engine::ClientConversation::Observer,
                         public engine::DirectLinks
{
public:
    /// How a transaction went.
    struct Outcome
    {
        UINT error = DMLERR_NO_ERROR;
        UINT status = 0;                       ///< What the partner acknowledged with.
        std::shared_ptr<DataObject> data = {}; ///< Of a request.
        bool hasEnded = false;                 ///< The conversation, before there was an answer.
    };
    using Finish = std::function<void(const Outcome &)>;

    /// What DdeClientTransaction() starts.
    struct Order
    {
        UINT type = 0; ///< XTYP_… with its flags.
        UINT format = 0;
        HSZ item = nullptr;
        QByteArray data;
    };

    /// One that was started asynchronously, until its completion callback has returned.
    struct Pending
    {
        Activity activity;
        StringHold item;
        DWORD_PTR userHandle = 0;
        std::uint32_t number = 0; ///< See start().
    };

    /// How a link was asked for.
    struct LinkRequest
    {
        QString item;
        UINT format;
        UINT type; ///< XTYP_ADVSTART with its flags.
    };

    ClientSide(std::shared_ptr<Instance> instance, std::shared_ptr<engine::ClientConversation> conversation,
               const Setup &setup);
    ~ClientSide() override;

    /// Of a conversation that has just opened. Hears from now on what comes over it.
    static std::shared_ptr<ClientSide> make(const std::shared_ptr<Instance> &instance,
                                            const std::shared_ptr<engine::ClientConversation> &conversation,
                                            const QString &serviceAskedFor, const CONVCONTEXT &context);

    const engine::ClientConversation::Candidate &server() const noexcept;

    /// Starts a transaction. `finish` is told the outcome unless it is given up before, and never inside this
    /// call. The number is for giveUp(); 0 if nothing has to be given up.
    std::uint32_t start(const Order &order, Finish finish);
    void giveUp(std::uint32_t number);

    // Asynchronous ones, which the program's callback hears of.
    DWORD startLater(const Order &order);
    bool abandon(DWORD transaction); ///< False if there is none with that id.
    void abandonAll();

    /// What the synchronous transaction is about; nothing when it has ended.
    void setCurrent(const Activity &activity);

    std::vector<LinkRequest> links() const;
    void restore(const LinkRequest &link); ///< Without telling the program how it went.

    // Conversation
    bool isClient() const noexcept override { return true; }
    bool hasLinks() const noexcept override { return !m_active.empty(); }
    void tellPartnerEnd() override;

    // engine::ClientConversation::Observer
    void onOpened() override {}
    void onLost(const Error &) override {}
    void onClosed(const Error &reason) override;

    // engine::DirectLinks
    bool onAdvised(const protocol::Advised &message) override;
    bool onValue(const protocol::Value &message) override;
    bool onChanged(const protocol::Changed &message) override;
    void onLinkEnded(const protocol::LinkEnded &message) override;

protected:
    const Activity *activity(DWORD transaction) const override;
    DWORD_PTR *userHandle(DWORD transaction) override;

private:
    /// DDEML has no limit for asynchronous transactions, and the calls that wait have their own.
    static constexpr std::chrono::milliseconds never = std::chrono::hours{24 * 3650};

    /// What a link is about. There is one number for each at a time; while it is started again, two.
    struct LinkKey
    {
        HSZ item;
        UINT format;
    };

    /// The number of an active link. Small, like Link, since there may be 100,000.
    struct ActiveLink
    {
        HSZ item;
        UINT format;
        protocol::LinkId id = 0; ///< Does not count where it is looked for.

        friend bool operator==(const ActiveLink &a, const ActiveLink &b) noexcept
        {
            return a.item == b.item && a.format == b.format;
        }
    };
    struct HashOfActiveLink
    {
        std::size_t operator()(const ActiveLink &link) const noexcept
        {
            return std::hash<HSZ>{}(link.item) * 31 + link.format;
        }
    };

    struct Link
    {
        LinkKey key;                 ///< It has a use of the item's handle.
        std::uint32_t sequence = 0;  ///< Of the newest update.
        FormatNumber wireFormat = 0; ///< Once it is active.
        bool isWarm = false;
        bool isAcknowledged = false;
    };

    bool isExact() const noexcept { return partner() != 0; }
    std::shared_ptr<ClientSide> self() { return std::static_pointer_cast<ClientSide>(shared_from_this()); }
    std::weak_ptr<ClientSide> weak() { return self(); }

    // Transactions: client_side.cpp.
    std::uint32_t request(const Order &order, const Finish &finish);
    std::uint32_t poke(const Order &order, const Finish &finish);
    std::uint32_t execute(const Order &order, const Finish &finish);
    engine::Finish reporting(const Finish &finish, UINT format = 0, HSZ item = nullptr);
    void finishLater(const Outcome &outcome, const Finish &finish);
    Outcome outcomeOf(const Result<engine::Answer> &answer, UINT format, HSZ item) const;
    Outcome refusal(const Error &reason) const;
    void complete(DWORD transaction, const Outcome &outcome);
    void rest();
    std::shared_ptr<DataObject> newData(const QByteArray &bytes, UINT format, HSZ item) const;

    // Links: client_side_links.cpp.
    std::uint32_t advise(const Order &order, const Finish &finish);
    std::uint32_t unadvise(const Order &order, const Finish &finish);
    bool mayStartIn(FormatNumber format, const Link &link) const;
    protocol::LinkId activeLink(const LinkKey &key) const; ///< 0 if there is none.
    void removeLink(protocol::LinkId id, bool tellServer);
    void finishLink(protocol::LinkId id, const Outcome &outcome);
    void finishLinks();
    void deliver(protocol::LinkId id, const Link &link, const std::shared_ptr<DataObject> &data);
    void acknowledge(protocol::LinkId id, std::uint32_t sequence);
    void warnOfLoss();

    std::shared_ptr<engine::ClientConversation> m_conversation;
    std::unordered_map<protocol::LinkId, Link> m_links; ///< Also those being started.
    std::unordered_set<ActiveLink, HashOfActiveLink> m_active;
    std::unordered_map<protocol::LinkId, Finish> m_starting;
    std::unordered_map<DWORD, Pending> m_pending;
    DWORD m_lastTransaction = 0;
    bool m_hasWarnedOfLoss = false; ///< Since something was delivered last.
};

} // namespace tellwire::ddeml
