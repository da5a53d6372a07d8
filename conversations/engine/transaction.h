// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/deadlines.h"
#include "conversations/update.h"
#include "dde/protocol/message.h"

#include <QList>

#include <functional>
#include <memory>
#include <variant>

namespace tellwire::transport {
class Channel;
}

namespace tellwire::engine {

class ClientConversation;

/// A poke or command was done.
struct Done
{
    quint8 applicationCode = 0;
};

/// What a server said to a transaction that it did not decline: to a poke or command, to a request or a
/// browse, to a request of many, to a find, to a direct request.
using Answer = std::variant<Done, Update, QList<Result<Update>>, protocol::Found, protocol::Answer>;

/// Told the outcome of a transaction, which it may take, exactly once, and never inside the call that started
/// it. It may delete anything.
using Finish = std::function<void(Result<Answer> &&)>;

/// A question or order that has not been answered yet.
struct Transaction
{
    /// As the alternatives of Answer.
    enum class Kind : quint8 { Order, Request, RequestMany, Find, DirectRequest };

    Kind kind = Kind::Order;
    QLatin1StringView verb = {}; ///< As words() says it.
    ItemName item = {};          ///< Likewise; there need not be one.
    Finish finish = {};
    qsizetype count = 1;                                   ///< Of the items asked for.
    std::shared_ptr<ClientConversation> conversation = {}; ///< Null for a find.
    std::shared_ptr<transport::Channel> channel = {};      ///< Of a find; others go by their conversation's.
    Deadlines::Entry deadline = {};

    /// For the error when it takes too long: "request ZAXX".
    QString words() const
    {
        if (kind == Kind::RequestMany)
            return QStringLiteral("request %1 items").arg(count);
        return item.isEmpty() ? QString{verb} : verb + u' ' + item.text();
    }
};

} // namespace tellwire::engine
