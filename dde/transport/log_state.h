// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/log_record.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QSet>

#include <map>
#include <set>
#include <utility>

namespace tellwire::transport {

/// One key of the session log with what the records so far have made of it.
struct LogEntry
{
    QByteArray key = {};
    QByteArray body = {};
    quint64 peer = 0; ///< The peer it is bound to and leaves with; 0: nobody.
    quint64 order =
        0; ///< Ordinal of the key's appearance in the session; a dropped key that returns gets a new one.
    quint64 sequence = 0; ///< Sum of the advances of all records that took effect, before a drop too.

    friend bool operator==(const LogEntry &, const LogEntry &) = default;
};

/// What a session log says: a pure function of its records, so every process that read the same ones holds
/// the same state. It interprets neither keys nor bodies. Thread: any, if nobody changes it meanwhile.
class LogState
{
public:
    /// The entry of a key; null if it was never put, or dropped. Valid until the next record is applied.
    const LogEntry *find(QByteArrayView key) const;

    /// The entries whose keys begin with `prefix`, in the order of their appearance.
    QList<LogEntry> withPrefix(QByteArrayView prefix) const;

    /// Those of them that have appeared since a key got that ordinal, without a look at the others.
    QList<LogEntry> withPrefixFrom(QByteArrayView prefix, quint64 order) const;

    /// The sequence number of a key, also of one that is absent now.
    quint64 sequenceOf(QByteArrayView key) const;

    /// Every peer that something is bound to.
    QSet<quint64> peers() const;

    /// The ordinal the next new key gets.
    quint64 nextOrder() const noexcept { return m_nextOrder; }

    /// Takes in one record. Unknown ones change nothing, but are kept if they ask for it.
    void apply(const LogRecord &record);

    /// Starts over from a snapshot that counted so far. Keep records follow.
    void restart(quint64 nextOrder);

    /// The records that rebuild this state: the same ones in the same order in every process.
    QList<LogRecord> snapshot() const;

    friend bool operator==(const LogState &, const LogState &) = default;

private:
    struct Slot
    {
        LogEntry entry;
        bool present = false;
        friend bool operator==(const Slot &, const Slot &) = default;
    };
    using Slots = std::map<QByteArray, Slot, std::less<>>;

    void put(const LogRecord &record);
    void drop(const LogRecord &record);
    void keep(const LogRecord &record);
    void leave(quint64 peer);
    Slots::iterator remove(Slots::iterator position);

    Slots m_slots;
    std::set<std::pair<quint64, QByteArray>> m_order; // Of the keys that are present.
    QList<LogRecord> m_verbatim;                      // Records of newer programs, carried along.
    quint64 m_nextOrder = 0;
};

} // namespace tellwire::transport
