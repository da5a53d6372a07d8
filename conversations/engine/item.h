// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/format_numbers.h"
#include "conversations/update.h"
#include "dde/protocol/names.h"
#include "dde/transport/publication.h"
#include "formats/format_registry.h"

#include <QList>

#include <memory>
#include <vector>

namespace tellwire::engine {

class LinkFeed;

QList<Format> formatsOf(const QList<Payload> &sameValue);

/// The error for an item that cannot be had in any of the formats.
Error notOffered(const ItemName &item, const QList<Format> &wanted, const QList<Format> &offered);

/// How to serve who wants these formats. Error: FormatNotOffered.
Result<Agreement> settle(const ItemName &item, const WantedFormats &wanted, const QList<Format> &offered,
                         const FormatRegistry &conversions);

/// One item of a topic: its present value in the formats its service gave, and a feed for each format that
/// has links.
class Item
{
public:
    explicit Item(ItemName name);
    ~Item();

    const ItemName &name() const noexcept { return m_name; }
    const QList<Payload> &values() const noexcept { return m_values; }
    const transport::ValueStamp &stamp() const noexcept { return m_stamp; }

    /// Replaces the value; the update number grows by one. Feeds nobody.
    void setValues(const QList<Payload> &sameValue, Quality quality, SourceTime time);

    const std::vector<std::shared_ptr<LinkFeed>> &feeds() const noexcept { return m_feeds; }
    std::shared_ptr<LinkFeed> feedIn(const Format &format) const;
    std::shared_ptr<LinkFeed> addFeed(transport::Seat &seat, const Agreement &agreement);
    void dropIfUnused(const LinkFeed &feed);

private:
    ItemName m_name;
    QList<Payload> m_values;
    transport::ValueStamp m_stamp;
    std::vector<std::shared_ptr<LinkFeed>> m_feeds;
};

} // namespace tellwire::engine
