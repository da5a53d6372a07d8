// SPDX-License-Identifier: Apache-2.0
#include "conversations/conversation.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/output.h"
#include "tools/update_text.h"

#include <nlohmann/json.hpp>

namespace tellwire::tool {

int request(const Session &session, const RequestOptions &options)
{
    Conversation conversation{session, options.address.service, options.address.topic};
    const Result<Update> update =
        waitFor(conversation.request(options.address.item, options.format), std::chrono::milliseconds{-1});
    if (!update)
        return fail(QStringLiteral("request %1").arg(options.address.toString()), update.error());
    if (options.json)
        return finishWithJson(toJson(options.address, *update));
    const bool isForPeople = outputIsTerminal() && textOf(update->value);
    return finishWith(isForPeople ? update->value.bytes() + '\n' : update->value.bytes());
}

} // namespace tellwire::tool
