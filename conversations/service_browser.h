// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/reply.h"
#include "conversations/update.h"
#include "dde/protocol/names.h"
#include "dde/transport/session.h"
#include "formats/format.h"

#include <QList>
#include <QObject>

#include <memory>
#include <optional>

#include <sys/types.h>

namespace tellwire {

/// One publication of a service. The same name may be there several times.
struct PublishedService
{
    ServiceName name;
    pid_t pid = -1;  ///< As the program says; for people to read.
    QString program; ///< Likewise.
};

/// One line of a topic's TopicItemList.
struct ListedItem
{
    ItemName name;
    QList<Format> formats; ///< Richest first.
    quint64 sequence = 0;
    Quality quality = Quality::Good;
    std::optional<QString> text; ///< The value, if it is text of at most 64 bytes.
};

/// Who is in the session, and what they say about themselves on their System topic. Where several publish the
/// same name, the first is asked.
///
/// Thread: the one that joined the session.
class TELLWIRE_EXPORT ServiceBrowser : public QObject
{
    Q_OBJECT
public:
    explicit ServiceBrowser(Session session, QObject *parent = nullptr);
    ~ServiceBrowser() override; ///< Unfinished replies finish with Closed.

    /// In order of their names, then of their publication. Never blocks; programs that died unnoticed are
    /// left out.
    QList<PublishedService> services() const;

    // Errors: those of Conversation::request(); BadData for an answer that cannot be understood.
    Reply<QList<TopicName>> topics(const ServiceName &service); ///< System!Topics
    Reply<QList<Format>> formats(const ServiceName &service);   ///< System!Formats
    Reply<QString> help(const ServiceName &service);            ///< System!Help
    Reply<QList<ListedItem>> items(const ServiceName &service,
                                   const TopicName &topic); ///< topic!TopicItemList

Q_SIGNALS:
    void serviceAppeared(const tellwire::ServiceName &service);
    void serviceVanished(const tellwire::ServiceName &service); ///< Its last publication is gone.

private:
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
