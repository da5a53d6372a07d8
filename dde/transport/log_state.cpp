// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/log_state.h"

#include <algorithm>
#include <utility>

namespace tellwire::transport {

namespace {

constexpr quint8 knownFlags = LogFlag::bound | LogFlag::verbatim | LogFlag::absent;

bool isKnown(const LogRecord &record)
{
    if ((record.flags & ~knownFlags) != 0)
        return false;
    switch (record.operation) {
    case LogOperation::Put:
    case LogOperation::Add:
    case LogOperation::Drop:
    case LogOperation::Leave:
    case LogOperation::Generation:
    case LogOperation::Keep:
    case LogOperation::Freeze:
        return true;
    }
    return false;
}

} // namespace

const LogEntry *LogState::find(QByteArrayView key) const
{
    const auto found = m_slots.find(key);
    return found != m_slots.end() && found->second.present ? &found->second.entry : nullptr;
}

QList<LogEntry> LogState::withPrefix(QByteArrayView prefix) const
{
    QList<LogEntry> entries;
    for (auto at = m_slots.lower_bound(prefix); at != m_slots.end() && at->first.startsWith(prefix); ++at) {
        if (at->second.present)
            entries.append(at->second.entry);
    }
    std::sort(entries.begin(), entries.end(),
              [](const LogEntry &left, const LogEntry &right) { return left.order < right.order; });
    return entries;
}

QList<LogEntry> LogState::withPrefixFrom(QByteArrayView prefix, quint64 order) const
{
    QList<LogEntry> entries;
    for (auto at = m_order.lower_bound({order, {}}); at != m_order.end(); ++at) {
        if (at->second.startsWith(prefix))
            entries.append(m_slots.find(at->second)->second.entry);
    }
    return entries;
}

quint64 LogState::sequenceOf(QByteArrayView key) const
{
    const auto found = m_slots.find(key);
    return found != m_slots.end() ? found->second.entry.sequence : 0;
}

QSet<quint64> LogState::peers() const
{
    QSet<quint64> peers;
    for (const auto &[key, slot] : m_slots) {
        if (slot.present && slot.entry.peer != 0)
            peers.insert(slot.entry.peer);
    }
    return peers;
}

void LogState::apply(const LogRecord &record)
{
    if (!isKnown(record)) {
        if ((record.flags & LogFlag::verbatim) != 0)
            m_verbatim.append(record);
        return;
    }
    switch (record.operation) {
    case LogOperation::Put:
        return put(record);
    case LogOperation::Add:
        if (find(record.key) == nullptr)
            put(record);
        return;
    case LogOperation::Drop:
        return drop(record);
    case LogOperation::Keep:
        return keep(record);
    case LogOperation::Leave:
        if (const auto peer = record.leavingPeer())
            leave(*peer);
        return;
    case LogOperation::Generation:
    case LogOperation::Freeze:
        return; // The frame of a file, not its content.
    }
}

void LogState::restart(quint64 nextOrder)
{
    m_slots.clear();
    m_order.clear();
    m_verbatim.clear();
    m_nextOrder = nextOrder;
}

QList<LogRecord> LogState::snapshot() const
{
    QList<LogRecord> records;
    for (const auto &[key, slot] : m_slots) {
        const LogEntry &entry = slot.entry;
        const quint8 bound = entry.peer != 0 ? LogFlag::bound : quint8{0};
        const quint8 absent = slot.present ? quint8{0} : LogFlag::absent;
        records.append({.operation = LogOperation::Keep,
                        .flags = static_cast<quint8>(bound | absent),
                        .peer = entry.peer,
                        .nonce = entry.order,
                        .advance = entry.sequence,
                        .key = key,
                        .body = entry.body});
    }
    return records + m_verbatim;
}

void LogState::put(const LogRecord &record)
{
    Slot &slot = m_slots[record.key];
    LogEntry &entry = slot.entry;
    if (!slot.present) {
        entry.key = record.key;
        entry.order = m_nextOrder++;
        m_order.emplace_hint(m_order.end(), entry.order, record.key);
        slot.present = true;
    }
    entry.body = record.body;
    entry.peer = record.isBound() ? record.peer : 0;
    entry.sequence += record.advance;
}

void LogState::drop(const LogRecord &record)
{
    const auto found = record.advance != 0 ? m_slots.try_emplace(record.key).first : m_slots.find(record.key);
    if (found == m_slots.end())
        return;
    found->second.entry.sequence += record.advance;
    remove(found);
}

void LogState::keep(const LogRecord &record)
{
    const bool present = (record.flags & LogFlag::absent) == 0;
    Slot &slot = m_slots.try_emplace(m_slots.end(), record.key)->second; // A snapshot is in order.
    m_order.erase({slot.entry.order, record.key});
    if (present)
        m_order.emplace(record.nonce, record.key);
    slot = {.entry = {.key = record.key,
                      .body = record.body,
                      .peer = record.isBound() ? record.peer : 0,
                      .order = record.nonce,
                      .sequence = record.advance},
            .present = present};
}

void LogState::leave(quint64 peer)
{
    for (auto at = m_slots.begin(); at != m_slots.end();)
        at = at->second.present && at->second.entry.peer == peer ? remove(at) : std::next(at);
    m_verbatim.removeIf([peer](const LogRecord &record) { return record.isBound() && record.peer == peer; });
}

LogState::Slots::iterator LogState::remove(Slots::iterator position)
{
    const LogEntry &entry = position->second.entry;
    m_order.erase({entry.order, position->first});
    if (entry.sequence == 0)
        return m_slots.erase(position);
    position->second = {.entry = {.key = position->first, .sequence = entry.sequence}, .present = false};
    return std::next(position);
}

} // namespace tellwire::transport
