// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/session_log.h"
#include "formats/format_names.h"

#include <QHash>
#include <QList>

#include <optional>
#include <utility>

namespace tellwire::transport {

/// The formats of a session, numbered in the order in which the session log first names them.
///
///     key  "format/" and the case-folded name      body  {"name": …, "mime": …}, as first written
///
/// The first record of a name wins and none is ever dropped, so a number stays true while the session lives.
/// A name that is known costs no system call. Thread: the session's.
class NameTable final : public FormatNames
{
public:
    /// Borrows the log for life.
    explicit NameTable(SessionLog &log);

    Result<FormatNumber> number(const Format &format) override;

    /// For a number that came from another process: replay the log first, it may be new.
    std::optional<Format> format(FormatNumber number) const override;

    QList<Format> all() const override;

private:
    std::optional<FormatNumber> known(const Format &format) const;
    std::optional<FormatNumber> registered(const Format &format) const;
    void forgetIfVoid() const;
    void readOn() const;

    SessionLog &m_log;
    // What was read from the log's state so far, and how far that was.
    mutable quint64 m_restarts = 0;
    mutable quint64 m_nextOrder = 0;
    mutable QList<std::optional<Format>> m_formats; // By number; empty where the log holds nonsense.
    mutable QHash<Format, FormatNumber> m_numbers;
    /// The last answer of known(): programs ask for the same format again and again.
    mutable std::optional<std::pair<Format, FormatNumber>> m_lastKnown;
};

} // namespace tellwire::transport
