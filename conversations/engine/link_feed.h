// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/server_link.h"
#include "dde/transport/publication.h"
#include "formats/format_registry.h"

#include <functional>
#include <memory>
#include <unordered_set>

namespace tellwire::engine {

class Item;

/// One item in one format, with all links that get it so. How that format is made was settled when the first
/// of them started.
class LinkFeed
{
public:
    LinkFeed(Item &item, transport::Seat &seat, Agreement agreement);

    Item &item() const noexcept { return m_item; }
    const Format &format() const noexcept { return m_agreement.delivered; }

    /// The value in this format. Runs converters, which are the program's and may do anything, even end this
    /// feed. Errors: FormatNotOffered if there is no way to make it any more; those of the converters.
    Result<Payload> make(const QList<Payload> &sameValue, const FormatRegistry &conversions);

    Result<void> publish(const Payload &value, const transport::ValueStamp &stamp);

    Result<void> add(const std::shared_ptr<ServerLink> &link, transport::Feed pace,
                     std::function<void(const Error &)> onCut);
    void remove(const std::shared_ptr<ServerLink> &link);
    Result<void> resend(const ServerLink &link);

    /// Before the service ends the link: makes sure that the present value arrives.
    void sendLast(const ServerLink &link);

    using Links = std::unordered_set<std::shared_ptr<ServerLink>>;
    const Links &links() const noexcept { return m_links; }

private:
    Item &m_item;
    Agreement m_agreement;
    transport::Publication m_publication;
    Links m_links;
};

} // namespace tellwire::engine
