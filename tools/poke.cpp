// SPDX-License-Identifier: Apache-2.0
#include "conversations/conversation.h"
#include "dde/transport/session_status.h"
#include "tools/commands.h"
#include "tools/exit_code.h"

#include <array>
#include <cerrno>

#include <unistd.h>

namespace tellwire::tool {

namespace {

/// All of standard input. Errors: TooLarge if that is more than `most` bytes; BadData if it cannot be read.
Result<QByteArray> readStandardInput(quint64 most)
{
    QByteArray all;
    std::array<char, 1 << 16> portion{};
    while (true) {
        const ssize_t length = read(STDIN_FILENO, portion.data(), portion.size());
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return Error{ErrorCode::BadData,
                         QStringLiteral("standard input cannot be read: %1").arg(qt_error_string(errno))};
        if (length == 0)
            return all;
        all.append(portion.data(), length);
        if (static_cast<quint64>(all.size()) > most)
            return Error{
                ErrorCode::TooLarge,
                QStringLiteral("standard input is longer than the %1 bytes a value may have").arg(most)};
    }
}

Result<Payload> valueToPoke(const Session &session, const PokeOptions &options)
{
    const Result<QByteArray> bytes = options.value == "-"
                                         ? readStandardInput(SessionStatus::of(session).payloadLimit)
                                         : Result<QByteArray>{options.value};
    if (!bytes)
        return bytes.error();
    if (options.format == Format::text() && !FormatOf<QString>::decode(*bytes))
        return Error{ErrorCode::BadData,
                     QStringLiteral("the value is not UTF-8 text; say what it is with --format")};
    return Payload{options.format, *bytes};
}

} // namespace

int poke(const Session &session, const PokeOptions &options)
{
    const QString attempt = QStringLiteral("poke %1").arg(options.address.toString());
    const Result<Payload> value = valueToPoke(session, options);
    if (!value)
        return fail(attempt, value.error());
    Conversation conversation{session, options.address.service, options.address.topic};
    const Result<void> done =
        waitFor(conversation.poke(options.address.item, *value, {.ifSequence = options.ifSequence}),
                std::chrono::milliseconds{-1});
    return done ? success : fail(attempt, done.error());
}

} // namespace tellwire::tool
