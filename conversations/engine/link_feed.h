// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/served_outcome.h"
#include "conversations/engine/server_link.h"
#include "dde/transport/publication.h"
#include "formats/format_registry.h"

#include <QVarLengthArray>

#include <memory>
#include <optional>
#include <span>

namespace tellwire::engine {

class Item;
class ServedTopic;

/// One item in one format, with all links that get it so and are of one kind. How that format is made was
/// settled when the first of them started.
class LinkFeed
{
public:
    LinkFeed(Item &item, transport::Seat &seat, std::shared_ptr<const Agreement> agreement, LinkKind kind,
             const ServedClient *only);
    ~LinkFeed();
    LinkFeed(const LinkFeed &) = delete;
    LinkFeed &operator=(const LinkFeed &) = delete;

    Item &item() const noexcept { return m_item; }
    const Agreement &agreement() const noexcept { return *m_agreement; }
    const Format &format() const noexcept { return m_agreement->delivered; }
    LinkKind kind() const noexcept { return m_kind; }
    const ServedClient *only() const noexcept { return m_only; } ///< Only compared: it may be gone.

    /// Finds another way to the format if it cannot be made of its source any more. Error: FormatNotOffered.
    Result<void> settleAnew(const QList<Format> &offered, const FormatRegistry &conversions);

    /// The value in this format. Runs converters, if it has to be converted: they are the program's and may
    /// do anything, even end this feed. Errors: FormatNotOffered if there is no way to make it any more;
    /// those of the converters.
    Result<QByteArray> make(std::span<const Payload> sameValue, const ServedTopic &topic);

    // The values of a provider: one at a time, and once more if the item has changed meanwhile.
    struct Making
    {
        bool isOutdated = false;
        GiveUp giveUp;
    };
    /// Null if a value is being made already; it will be made once more.
    std::shared_ptr<Making> startMaking();
    /// True if what was made is out of date.
    bool finishMaking();
    void stopMaking(); ///< Gives it up, soon.
    bool isMaking(const Making &making) const noexcept { return m_making.get() == &making; }
    bool isMaking() const noexcept { return m_making != nullptr; }

    bool hasValue() const noexcept { return m_publication.hasValue(); }
    Result<void> publish(const QByteArray &value, const transport::ValueStamp &stamp);
    void notify(const transport::ValueStamp &stamp);

    // The halves of publish(); see there in transport::Publication.
    Result<void> show(const QByteArray &value, const transport::ValueStamp &stamp);
    void tell(std::uint16_t batchFlag) { m_publication.tell(batchFlag); }

    /// From now on the value is made on demand: clients that were told where it is stored find nothing there,
    /// neither the old value nor what is made. Error: OutOfSpace.
    Result<void> hideStored(const transport::ValueStamp &stamp);
    std::optional<transport::LatestReference> latest() const { return m_publication.latest(); }

    Result<void> prepareFor(const transport::Feeding &feeding) { return m_publication.prepareFor(feeding); }
    Result<void> add(ServerLink &link, const transport::Feeding &feeding);
    void remove(ServerLink &link);
    Result<void> resend(const ServerLink &link);
    void acknowledge(const ServerLink &link, std::uint32_t sequence);

    /// Before the service ends the link: makes sure that the present value arrives, if the link wants it.
    void sendLast(const ServerLink &link);

    /// The same for a link that was cut, which the publication does not know any more.
    void sendLastToCut(const ServerLink &link);

    using Links = QVarLengthArray<ServerLink *, 1>;
    const Links &links() const noexcept { return m_links; }

    bool isOutdated = false; ///< A value of the library's own that is to be made anew.
    bool isFailing = false;  ///< The log knows that its provider fails.

private:
    void showMonitors(const transport::ValueStamp &stamp, const QByteArray *value) const;

    LinkKind m_kind;
    Item &m_item;
    const ServedClient *m_only;
    std::shared_ptr<const Agreement> m_agreement;
    std::shared_ptr<Making> m_making;
    transport::Publication m_publication;
    Links m_links;
};

} // namespace tellwire::engine
