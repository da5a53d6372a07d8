// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/names.h"

#include <optional>

namespace tellwire {

// How an address is written: Service|Topic!Item. A name that contains | or ! or an apostrophe is put between
// apostrophes, and its own apostrophes are doubled, as spreadsheets do: Excel|'Budget!2026'!R1C1. So every
// legal name can be written and read back. Blanks belong to the names. When read, any name may be quoted, and
// an apostrophe that is not the first character of a name needs no quotes.

/// What a conversation is about: Quotes|NYSE.
struct TELLWIRE_EXPORT TopicAddress
{
    ServiceName service;
    TopicName topic;

    /// Errors: BadData, saying where and what was expected.
    static Result<TopicAddress> parse(const QString &text);
    QString toString() const;

    friend bool operator==(const TopicAddress &, const TopicAddress &) = default;
    friend size_t qHash(const TopicAddress &address, size_t seed = 0) noexcept
    {
        return qHashMulti(seed, address.service, address.topic);
    }
};

/// One value of one service: Quotes|NYSE!ZAXX.
struct TELLWIRE_EXPORT ItemAddress
{
    ServiceName service;
    TopicName topic;
    ItemName item;

    /// Errors: BadData, saying where and what was expected.
    static Result<ItemAddress> parse(const QString &text);
    QString toString() const;

    friend bool operator==(const ItemAddress &, const ItemAddress &) = default;
    friend size_t qHash(const ItemAddress &address, size_t seed = 0) noexcept
    {
        return qHashMulti(seed, address.service, address.topic, address.item);
    }
};

/// As much of an address as a user cared to type: Quotes, Quotes|NYSE or Quotes|NYSE!ZAXX.
struct TELLWIRE_EXPORT PartialAddress
{
    ServiceName service;
    std::optional<TopicName> topic;
    std::optional<ItemName> item; ///< Only where there is a topic.

    /// Errors: BadData, saying where and what was expected.
    static Result<PartialAddress> parse(const QString &text);
    QString toString() const;

    friend bool operator==(const PartialAddress &, const PartialAddress &) = default;
};

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::TopicAddress)
Q_DECLARE_METATYPE(tellwire::ItemAddress)
