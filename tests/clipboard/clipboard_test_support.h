// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/clipboard.h"
#include "clipboard/store/clipboard_handler.h"
#include "dde/transport/reply_promise.h"
#include "dde/transport/seat.h"
#include "dde/transport/thread_sessions.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"
#include "tests/support/peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tellwire::test {

using namespace std::chrono_literals;

/// One turn of all sessions of this thread; for eventually().
inline void serveSessions(std::chrono::milliseconds atMost) { (void)transport::waitForSessions(atMost); }

[[nodiscard]] inline bool soon(const std::function<bool()> &condition)
{
    return eventually(condition, serveSessions);
}

/// What a reply or a result brought: the bytes, or the name of the error.
inline QByteArray outcomeOf(const Result<Payload> &result)
{
    return result ? result->bytes() : "error: " + errorName(result.error().code).toUtf8();
}
inline QByteArray outcomeOf(const Reply<Payload> &reply) { return outcomeOf(waitFor(reply, 15s)); }

inline QByteArray errorOf(const Result<void> &result)
{
    return result ? QByteArray{"none"} : errorName(result.error().code).toUtf8();
}

inline Payload text(const QByteArray &bytes) { return {Format::text(), bytes}; }
inline Payload png(const QByteArray &bytes) { return {Format::png(), bytes}; }

inline QStringList namesOf(const QList<Format> &formats)
{
    QStringList names;
    for (const Format &format : formats)
        names.append(format.name());
    return names;
}

/// The files that hold contents of the session, in its directory.
inline std::size_t contentFiles(const FreshSession &fresh)
{
    std::size_t count = 0;
    for (const auto &entry : std::filesystem::recursive_directory_iterator{fresh.directory()})
        count += entry.is_regular_file() && entry.path().parent_path().filename() == "clip" ? 1U : 0U;
    return count;
}

/// Two programs in one thread that use the same board.
struct TwoClipboards
{
    FreshSession fresh;
    Session ownSession = Session::join().value();
    Session otherSession = Session::join().value();
    std::unique_ptr<Clipboard> own = std::make_unique<Clipboard>(ownSession);
    std::unique_ptr<Clipboard> other = std::make_unique<Clipboard>(otherSession);
};

} // namespace tellwire::test
