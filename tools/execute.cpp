// SPDX-License-Identifier: Apache-2.0
#include "conversations/conversation.h"
#include "tools/commands.h"
#include "tools/exit_code.h"

namespace tellwire::tool {

int execute(const Session &session, const TopicAddress &address, const QString &command)
{
    Conversation conversation{session, address.service, address.topic};
    const Result<void> done = waitFor(conversation.execute(command), std::chrono::milliseconds{-1});
    if (!done)
        return fail(QStringLiteral("execute %1 on %2").arg(command.left(80), address.toString()),
                    done.error());
    return success;
}

} // namespace tellwire::tool
