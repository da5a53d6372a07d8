// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/export.h"

#include <QMetaType>
#include <QObject>
#include <QString>

#include <chrono>
#include <optional>

class QDebug;

namespace tellwire {
Q_NAMESPACE_EXPORT(TELLWIRE_EXPORT)

/// Why an operation failed. The numbers travel between processes: never change or reuse one.
/// docs/errors.md has a line for each: likely cause and what to do.
enum class ErrorCode : quint16 {
    // Nobody to talk to.
    NoSuchService = 1, ///< No running process publishes the service.
    NoSuchTopic = 2,   ///< The service is there, the topic is not.
    NoSuchItem = 3,    ///< The topic is there, the item is not.
    PeerGone = 4,      ///< The other process ended, or hangs.
    // Somebody said no.
    Refused = 10,          ///< A handler said no ("not processed"); see Error::detail.
    Busy = 11,             ///< A handler asks to try again later.
    FormatNotOffered = 12, ///< The data exists, but not in this format.
    Changed = 13,          ///< The item is not at the update any more that a poke was meant for.
    // It did not finish.
    TimedOut = 20,    ///< No answer within the time allowed.
    Closed = 21,      ///< This side ended the conversation first.
    Overrun = 22,     ///< A receiver fell so far behind that its link was cut.
    ContentGone = 23, ///< Stored content was removed while it was wanted.
    // The data is wrong.
    BadData = 30,  ///< The bytes do not match their format.
    TooLarge = 31, ///< More bytes than a session takes at once.
    // The session is wrong.
    OutOfSpace = 40,      ///< Memory or disk ran out.
    AccessDenied = 41,    ///< This user may not join the session, or this program may not do this.
    VersionMismatch = 42, ///< Another process runs an incompatible version.
    Corrupted = 43,       ///< Shared state fails its own checks.
};
Q_ENUM_NS(ErrorCode)

/// The code's own name, e.g. "PeerGone"; stable, for logs and scripts.
TELLWIRE_EXPORT QString errorName(ErrorCode code);

/// For numbers that another process sent. Empty if this version knows no such code.
TELLWIRE_EXPORT std::optional<ErrorCode> errorCodeFromNumber(quint16 number);

/// A failure: a code for programs, a sentence for people.
struct TELLWIRE_EXPORT Error
{
    ErrorCode code;
    QString detail;             ///< What was tried and on what, e.g. "poke ZAXX: price must be positive".
    quint8 applicationCode = 0; ///< What a DDE service may add to its "no"; 0 if it adds nothing.
    std::chrono::milliseconds retryAfter{0}; ///< With Busy: when to try again; 0 if nobody can say.

    /// True if the same call may succeed later (Busy, TimedOut, OutOfSpace).
    bool isTransient() const noexcept;

    friend bool operator==(const Error &, const Error &) = default;
};

TELLWIRE_EXPORT QDebug operator<<(QDebug debug, const Error &error);

} // namespace tellwire
