// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/deadlines.h"
#include "conversations/update.h"

#include <functional>
#include <memory>
#include <optional>

namespace tellwire::engine {

class ClientConversation;

/// What a server said to a transaction that it did not decline.
struct Answer
{
    std::optional<Update> update; ///< Of a request.
    quint8 applicationCode = 0;   ///< Of a poke or a command.
};

/// Told the outcome of a transaction, exactly once, and never inside the call that started it. It may delete
/// anything.
using Finish = std::function<void(const Result<Answer> &)>;

/// A request, poke or command that has not been answered yet.
struct Transaction
{
    enum class Kind : quint8 { Request, Order };

    std::shared_ptr<ClientConversation> conversation;
    Kind kind = Kind::Order;
    Finish finish;
    Deadlines::Entry deadline;
    QString what; ///< For the error when it takes too long: "request ZAXX".
};

} // namespace tellwire::engine
