// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/callback_arguments.h"
#include "conversations/ddeml/string_table.h"
#include "dde/protocol/message.h"

#include <compare>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tellwire::engine {
class DirectUpdates;
}

namespace tellwire::ddeml {

class Instance;
class ServerSide;

/// The server's end of one link. There may be a hundred thousand of them.
struct AdvisedLink
{
    ServerSide *side = nullptr; ///< Null once it has ended.
    HSZ item = nullptr;         ///< Held by AdvisedLinks.
    UINT format = 0;            ///< In which the program is asked.
    protocol::LinkId id = 0;
    FormatNumber delivered = 0; ///< The same, or text for a partner of another face.
    bool isWarm = false;
    bool isAcknowledged = false; ///< At most one update is without its acknowledgement.
    bool awaitsReceipt = false;
    bool hasChanged = false;    ///< Meanwhile.
    std::uint32_t sequence = 0; ///< Of the last update.
    std::uint64_t order = 0;    ///< Of its establishment.
};

/// All links of an instance's conversations, and what DdePostAdvise() does with them.
/// Source: ddeml-semantics.md B4.
class AdvisedLinks
{
public:
    explicit AdvisedLinks(Instance &instance) : m_instance(instance) {}

    void add(const std::shared_ptr<AdvisedLink> &link);
    void remove(AdvisedLink &link); ///< It has ended.

    /// Asks the program for the value of each link on the topic and item, in the order in which they were
    /// established, and sends it. A null handle stands for all. Touches the links of that item only. Returns
    /// DMLERR_NO_ERROR, or DMLERR_REENTRANCY if the program is being asked about one of them right now.
    UINT post(HSZ topic, HSZ item);

    /// The same for one link. `count` is what the program gets as the first word.
    void ask(engine::DirectUpdates &updates, const std::shared_ptr<AdvisedLink> &link, WORD count);

private:
    struct Triple
    {
        HSZ topic = nullptr;
        HSZ item = nullptr;
        UINT format = 0;
        auto operator<=>(const Triple &) const = default;
    };
    struct OfItem
    {
        StringHold item;
        std::map<std::uint64_t, std::shared_ptr<AdvisedLink>> inOrder;
    };
    using Links = std::vector<std::shared_ptr<AdvisedLink>>;

    static Triple tripleOf(const AdvisedLink &link);
    bool isBeingAskedAbout(const Triple &triple) const;
    Links matching(HSZ topic, HSZ item) const;

    Instance &m_instance;
    std::unordered_map<HSZ, OfItem> m_byItem;
    std::vector<Triple> m_beingAsked; ///< Innermost last.
    std::uint64_t m_lastOrder = 0;
};

} // namespace tellwire::ddeml
