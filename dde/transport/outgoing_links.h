// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/outgoing_link.h"

#include <QVarLengthArray>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>

namespace tellwire::transport {

/// What tells the links of a publication apart.
struct LinkName
{
    const Channel *channel;
    std::uint32_t id;

    static LinkName of(const OutgoingLink &link) noexcept { return {link.channel.get(), link.id}; }
    bool operator==(const LinkName &) const = default;
};

struct LinkHash
{
    std::size_t operator()(const LinkName &name) const noexcept
    {
        constexpr std::size_t spread =
            0x9E3779B1; // Channels lie far apart in memory, and ids close together.
        return std::hash<const Channel *>{}(name.channel) ^ (name.id * spread);
    }
};

/// The links of one publication. There may be a hundred thousand; but most publications have one or two, and
/// a program may have a hundred thousand of those, so that only many links have a table to find them by.
class OutgoingLinks
{
public:
    using Link = OutgoingLink::Pointer;

    auto begin() const noexcept { return m_links.cbegin(); }
    auto end() const noexcept { return m_links.cend(); }
    bool empty() const noexcept { return m_links.empty(); }
    std::size_t size() const noexcept { return static_cast<std::size_t>(m_links.size()); }

    /// Null if there is none.
    const Link *find(const LinkName &name) const
    {
        if (m_places) {
            const auto found = m_places->find(name);
            return found == m_places->end() ? nullptr : &m_links[found->second];
        }
        const auto found =
            std::ranges::find_if(m_links, [&](const Link &link) { return LinkName::of(*link) == name; });
        return found == m_links.end() ? nullptr : &*found;
    }

    /// Precondition: there is none of its name.
    void insert(const Link &link)
    {
        m_links.push_back(link);
        if (m_places) {
            m_places->emplace(LinkName::of(*link), m_links.size() - 1);
        } else if (m_links.size() > mostWithoutTable) {
            m_places = std::make_unique<Places>();
            for (const Link &each : m_links)
                m_places->emplace(LinkName::of(*each), static_cast<qsizetype>(m_places->size()));
        }
    }

    void erase(const LinkName &name)
    {
        if (const Link *found = find(name))
            eraseAt(found - m_links.constData());
    }

    /// Asks about each link once; it may not change what is in here.
    template <typename Predicate>
    void eraseIf(Predicate isUnwanted)
    {
        for (qsizetype place = 0; place < m_links.size();)
            if (isUnwanted(m_links[place]))
                eraseAt(place);
            else
                ++place;
    }

private:
    static constexpr qsizetype mostWithoutTable = 8;
    using Places = std::unordered_map<LinkName, qsizetype, LinkHash>;

    void eraseAt(qsizetype place)
    {
        if (m_places) {
            m_places->at(LinkName::of(*m_links.back())) = place;
            m_places->erase(LinkName::of(*m_links[place]));
        }
        std::swap(m_links[place], m_links.back());
        m_links.pop_back();
        if (m_links.empty())
            m_places.reset();
    }

    QVarLengthArray<Link, 1> m_links;
    std::unique_ptr<Places> m_places; ///< Only of many.
};

} // namespace tellwire::transport
