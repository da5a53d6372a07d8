// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <array>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace tellwire::engine {

/// Finds by their numbers what was numbered one after the other. Eight neighbours lie together: so each costs
/// little more than its own memory, and whoever takes them in turn finds most of them in the cache. Entries
/// do not move.
template <typename T>
class NumberedPages
{
public:
    /// Null if there is none.
    T *find(std::uint32_t number) noexcept
    {
        const auto page = m_pages.find(number / pageSize);
        const bool isThere = page != m_pages.end() && (page->second.used & bitOf(number)) != 0;
        return isThere ? &page->second.entries[number % pageSize] : nullptr;
    }
    const T *find(std::uint32_t number) const noexcept
    {
        return const_cast<NumberedPages *>(this)->find(number);
    }

    /// Precondition: there is none of that number.
    T &insert(std::uint32_t number, T entry)
    {
        Q_ASSERT(find(number) == nullptr);
        Page &page = m_pages[number / pageSize];
        page.used |= bitOf(number);
        ++m_size;
        return page.entries[number % pageSize] = std::move(entry);
    }

    /// An empty one if there is none.
    T take(std::uint32_t number)
    {
        const auto place = m_pages.find(number / pageSize);
        if (place == m_pages.end() || (place->second.used & bitOf(number)) == 0)
            return {};
        Page &page = place->second;
        T entry = std::exchange(page.entries[number % pageSize], {});
        page.used &= static_cast<std::uint8_t>(~bitOf(number));
        if (page.used == 0)
            m_pages.erase(place);
        --m_size;
        return entry;
    }

    std::size_t size() const noexcept { return m_size; }

private:
    static constexpr std::uint32_t pageSize = 8;
    struct Page
    {
        std::array<T, pageSize> entries = {};
        std::uint8_t used = 0; ///< A bit for each entry.
    };
    static std::uint8_t bitOf(std::uint32_t number)
    {
        return static_cast<std::uint8_t>(1U << (number % pageSize));
    }

    std::unordered_map<std::uint32_t, Page> m_pages;
    std::size_t m_size = 0;
};

} // namespace tellwire::engine
