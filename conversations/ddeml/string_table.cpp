// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/string_table.h"

namespace tellwire::ddeml {

auto StringTable::placeOf(const ItemName &name) const
{
    auto [place, end] = m_byHash.equal_range(qHash(name));
    while (place != end && m_strings.at(place->second).name != name)
        ++place;
    return place == end ? m_byHash.end() : place;
}

HSZ StringTable::add(const QString &text)
{
    Result<ItemName> name = ItemName::fromUserText(text);
    if (!name)
        return nullptr;
    if (const auto known = placeOf(*name); known != m_byHash.end()) {
        (void)keep(known->second);
        return known->second;
    }
    const HSZ made = newHandle<HSZ>();
    m_byHash.emplace(qHash(*name), made);
    tell(MonitoredString::Change::Created, made,
         m_strings.emplace(made, Entry{std::move(name).value()}).first->second);
    return made;
}

bool StringTable::keep(HSZ string)
{
    const auto found = m_strings.find(string);
    if (found == m_strings.end())
        return false;
    ++found->second.uses;
    tell(MonitoredString::Change::Kept, string, found->second);
    return true;
}

bool StringTable::release(HSZ string)
{
    const auto found = m_strings.find(string);
    if (found == m_strings.end())
        return false;
    tell(MonitoredString::Change::Freed, string, found->second);
    if (--found->second.uses > 0)
        return true;
    m_byHash.erase(placeOf(found->second.name));
    m_strings.erase(found);
    return true;
}

void StringTable::tellCleanUp() const
{
    for (const auto &[string, entry] : m_strings)
        tell(MonitoredString::Change::CleanedUp, string, entry);
}

const ItemName *StringTable::find(HSZ string) const
{
    const auto found = m_strings.find(string);
    return found == m_strings.end() ? nullptr : &found->second.name;
}

QString StringTable::text(HSZ string) const
{
    const ItemName *name = find(string);
    return name == nullptr ? QString{} : name->text();
}

} // namespace tellwire::ddeml
