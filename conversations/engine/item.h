// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/format_numbers.h"
#include "conversations/topic.h"
#include "dde/transport/publication.h"
#include "formats/format_registry.h"

#include <QList>
#include <QVarLengthArray>

#include <functional>
#include <memory>
#include <span>
#include <variant>
#include <vector>

namespace tellwire::engine {

class LinkFeed;
class ServedClient;

QList<Format> formatsOf(std::span<const Payload> sameValue);

/// How to serve who wants these formats. Error: FormatNotOffered.
Result<Agreement> settle(const ItemName &item, const WantedFormats &wanted, const QList<Format> &offered,
                         const FormatRegistry &conversions);

/// The value of an item that the library serves itself; `asker` is null if nobody in particular asks.
using LibraryProvider = std::function<Payload(const Format &wanted, const ServedClient *asker)>;

/// Makes values on demand.
struct ItemProvider
{
    QList<Format> formats; ///< What it can be asked for, richest first.
    std::variant<Topic::Provider, Topic::LaterProvider> provide;
    LibraryProvider byLibrary = {}; ///< If there is one, it is asked instead.
    bool isPerClient = false;       ///< Each client program sees a value of its own.
};

/// One item of a topic: its present value in the formats its service gave, or who makes it; and a feed for
/// each format and kind of link that it has.
class Item
{
public:
    using Feeds = QVarLengthArray<std::shared_ptr<LinkFeed>, 1>; ///< Nearly all items have one.

    /// Its updates are counted from above `lastSequence`.
    explicit Item(ItemName name, std::uint64_t lastSequence = 0);
    ~Item();
    Item(const Item &) = delete;
    Item &operator=(const Item &) = delete;

    const ItemName &name() const noexcept { return m_name; }
    const std::vector<Payload> &values() const noexcept { return m_values; } ///< None if it is provided.
    const std::shared_ptr<const ItemProvider> &provider() const noexcept { return m_provider; }
    QList<Format> formats() const;
    const Payload *valueIn(const Format &format) const; ///< Null if it is not there as it is.
    const transport::ValueStamp &stamp() const noexcept { return m_stamp; }

    // Each makes the update number grow by one, and feeds nobody. What was being made for the item as it was
    // is given up. What is in `sameValue` is moved from there.
    void setValues(std::span<Payload> sameValue, const ItemStatus &status);
    void setProvider(std::shared_ptr<const ItemProvider> provider);

    /// Makes the update number grow by one, and feeds nobody.
    void change(const ItemStatus &status);

    const Feeds &feeds() const noexcept { return m_feeds; }

    /// `only` is the client program that alone sees this value; null if all see the same.
    std::shared_ptr<LinkFeed> feedFor(const Format &format, LinkKind kind, const ServedClient *only) const;
    std::shared_ptr<LinkFeed> addFeed(transport::Seat &seat, std::shared_ptr<const Agreement> agreement,
                                      LinkKind kind, const ServedClient *only);
    void dropIfUnused(const LinkFeed &feed);
    std::size_t linkCount() const;

    bool isRemoved = false; ///< From its topic, which may have another one of the same name by now.

private:
    void stopMaking();

    ItemName m_name;
    std::vector<Payload> m_values;
    std::shared_ptr<const ItemProvider> m_provider;
    transport::ValueStamp m_stamp;
    Feeds m_feeds;
};

} // namespace tellwire::engine
