// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/service_browser.h"

#include <QList>
#include <QString>

namespace tellwire::tool {

/// Somebody's conversation with a service, as the program that serves it says.
struct ServedConversation
{
    QString service;
    QString topic;
    QString program; ///< Of the client.
    qint64 pid = 0;  ///< Likewise.
    quint64 links = 0;
    quint64 queued = 0;  ///< Messages that wait for the client program, of all its conversations.
    quint64 waiting = 0; ///< Their bytes.
};

struct ServedConversations
{
    QList<ServedConversation> all;  ///< Without those of this program.
    QList<PublishedService> silent; ///< Those that did not answer in time.
};

/// Asks all of them at once for System!Conversations; one that hangs costs the time of one request.
ServedConversations askForConversations(const Session &session, const QList<PublishedService> &services);

} // namespace tellwire::tool
