// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/item.h"

#include <memory>
#include <set>
#include <unordered_set>

namespace tellwire::engine {

/// The items of a topic, found by their names. There may be a hundred thousand, so each name is kept once,
/// and their order only since somebody has asked for it.
class ItemTable
{
    static const ItemName &nameOf(const ItemName &name) noexcept { return name; }
    static const ItemName &nameOf(const Item *item) noexcept { return item->name(); }
    static const ItemName &nameOf(const std::shared_ptr<Item> &item) noexcept { return item->name(); }

    struct ByHash
    {
        using is_transparent = void;
        // Not noexcept: so the table keeps each hash beside its item, and need not look into those that it
        // passes by on its way to another one.
        std::size_t operator()(const auto &one) const { return qHash(nameOf(one)); }
        bool operator()(const auto &one, const auto &other) const noexcept
        {
            return nameOf(one) == nameOf(other);
        }
    };
    struct ByName
    {
        using is_transparent = void;
        bool operator()(const auto &one, const auto &other) const noexcept
        {
            return (nameOf(one) <=> nameOf(other)) < 0;
        }
    };

public:
    using InOrder = std::set<const Item *, ByName>;

    auto begin() const noexcept { return m_items.begin(); }
    auto end() const noexcept { return m_items.end(); }
    std::size_t size() const noexcept { return m_items.size(); }
    bool contains(const ItemName &name) const { return m_items.contains(name); }

    /// Null if there is none.
    std::shared_ptr<Item> find(const ItemName &name) const
    {
        const auto found = m_items.find(name);
        return found != m_items.end() ? *found : nullptr;
    }

    /// In place of one of its name, if there is one.
    void insert(const std::shared_ptr<Item> &item)
    {
        take(item->name());
        m_items.insert(item);
        if (m_inOrder)
            m_inOrder->insert(item.get());
    }

    /// Null if there is none.
    std::shared_ptr<Item> take(const ItemName &name)
    {
        const auto found = m_items.find(name);
        if (found == m_items.end())
            return nullptr;
        if (m_inOrder)
            m_inOrder->erase(found->get());
        return std::move(m_items.extract(found).value());
    }

    const InOrder &inOrder() const
    {
        if (!m_inOrder) {
            m_inOrder = std::make_unique<InOrder>();
            for (const std::shared_ptr<Item> &item : m_items)
                m_inOrder->insert(item.get());
        }
        return *m_inOrder;
    }

private:
    std::unordered_set<std::shared_ptr<Item>, ByHash, ByHash> m_items;
    mutable std::unique_ptr<InOrder> m_inOrder; ///< Null until it is asked for; all of m_items.
};

} // namespace tellwire::engine
