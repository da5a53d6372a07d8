// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/string_table.h"

namespace tellwire::ddeml {

HSZ StringTable::add(const QString &text)
{
    Result<ItemName> name = ItemName::fromUserText(text);
    if (!name)
        return nullptr;
    HSZ &known = m_byKey[name->key()];
    if (known != nullptr) {
        ++m_strings.at(known).uses;
        return known;
    }
    known = newHandle<HSZ>();
    m_strings.emplace(known, Entry{std::move(name).value()});
    return known;
}

bool StringTable::keep(HSZ string)
{
    const auto found = m_strings.find(string);
    if (found == m_strings.end())
        return false;
    ++found->second.uses;
    return true;
}

bool StringTable::release(HSZ string)
{
    const auto found = m_strings.find(string);
    if (found == m_strings.end())
        return false;
    if (--found->second.uses > 0)
        return true;
    m_byKey.remove(found->second.name.key());
    m_strings.erase(found);
    return true;
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
