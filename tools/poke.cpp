// SPDX-License-Identifier: Apache-2.0
#include "conversations/conversation.h"
#include "dde/transport/session_status.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/files.h"

namespace tellwire::tool {

namespace {

Result<Payload> valueToPoke(const Session &session, const PokeOptions &options)
{
    const Result<QByteArray> bytes =
        options.value == "-" ? readFile(QStringLiteral("-"), SessionLimits::of(session).payloadLimit)
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
