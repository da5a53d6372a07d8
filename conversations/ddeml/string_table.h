// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/handles.h"
#include "dde/protocol/monitor_event.h"
#include "dde/protocol/names.h"

#include <functional>
#include <unordered_map>
#include <utility>

namespace tellwire::ddeml {

/// The string handles of one instance. Texts that are equal as names have one handle between them, which
/// keeps the spelling of the first and counts its uses. Source: ddeml-semantics.md A2.
class StringTable
{
public:
    /// A use of the text's handle; null if it can be no name: empty, too long, or no text at all.
    HSZ add(const QString &text);

    template <typename Tag>
    HSZ add(const Name<Tag> &name)
    {
        return name.isEmpty() ? nullptr : add(name.text());
    }

    bool keep(HSZ string);    ///< One use more. False if there is no such handle.
    bool release(HSZ string); ///< One use less; the last one takes the handle away.

    /// Null if there is no such handle. Valid until the handle goes.
    const ItemName *find(HSZ string) const;

    QString text(HSZ string) const; ///< Empty if there is no such handle.

    std::size_t size() const noexcept { return m_strings.size(); }

    /// Told of each use more and less; for monitors.
    std::function<void(MonitoredString::Change, HSZ, const QString &text)> onChange;

    void tellCleanUp() const; ///< The table is about to go.

private:
    struct Entry
    {
        ItemName name;
        std::size_t uses = 1;
    };

    /// Where the name is among m_byHash.
    auto placeOf(const ItemName &name) const;
    void tell(MonitoredString::Change change, HSZ string, const Entry &entry) const
    {
        if (onChange)
            onChange(change, string, entry.name.text());
    }

    std::unordered_map<HSZ, Entry> m_strings;
    std::unordered_multimap<std::size_t, HSZ> m_byHash; ///< Of the name; small, since there may be very many.
};

/// One use of a string handle, given back at the end.
class StringHold
{
public:
    StringHold() = default;
    StringHold(StringTable &table, HSZ string)
        : m_table(&table),
          m_string(table.keep(string) ? string : nullptr)
    {}
    /// Of a text, for which a handle is made if there is none.
    StringHold(StringTable &table, const QString &text) : m_table(&table), m_string(table.add(text)) {}
    ~StringHold() { giveBack(); }
    StringHold(StringHold &&other) noexcept
        : m_table(other.m_table),
          m_string(std::exchange(other.m_string, nullptr))
    {}
    StringHold &operator=(StringHold &&other) noexcept
    {
        giveBack();
        m_table = other.m_table;
        m_string = std::exchange(other.m_string, nullptr);
        return *this;
    }
    StringHold(const StringHold &) = delete;
    StringHold &operator=(const StringHold &) = delete;

    HSZ get() const noexcept { return m_string; }

private:
    void giveBack()
    {
        if (m_string != nullptr)
            m_table->release(std::exchange(m_string, nullptr));
    }

    StringTable *m_table = nullptr;
    HSZ m_string = nullptr;
};

} // namespace tellwire::ddeml
