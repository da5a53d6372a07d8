// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/update.h"
#include "dde/protocol/names.h"
#include "dde/transport/reply.h"
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
    ServiceName instance; ///< The name that reaches this publication alone; see Service::instanceName().
    pid_t pid = -1;       ///< As the program says; for people to read.
    QString program;      ///< Likewise.

    friend bool operator==(const PublishedService &, const PublishedService &) = default;
};

/// One topic of one publication.
struct FoundTopic
{
    PublishedService service;
    TopicName topic;

    friend bool operator==(const FoundTopic &, const FoundTopic &) = default;
};

/// What ServiceBrowser::find() found.
struct FoundTopics
{
    QList<FoundTopic> topics;
    QList<PublishedService> silent; ///< Those that did not answer in time.
    bool isComplete = true;         ///< False if a program has more than it may say at once (512).
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

/// Which part of a topic's items to list.
struct ItemRange
{
    ItemName prefix = {};  ///< What their names begin with, whatever the case; empty: anything.
    ItemName after = {};   ///< The last item of the page before; empty: from the first on.
    quint16 limit = 1'000; ///< How many at most; at least 1. The service may give fewer.
};

/// A part of a topic's items, in the order of their names.
struct ItemPage
{
    QList<ListedItem> items;
    quint64 total = 0;    ///< Items of the topic in all.
    bool hasMore = false; ///< There are further ones in the range, after the last of these.
};

/// Who is in the session, and what they say about themselves on their System topic. Where several publish the
/// same name, the first is asked; to ask another one, use the name of its instance.
///
/// While one of its signals is connected, it notices also the death of programs it does not talk to, at the
/// price of one descriptor each.
///
/// Thread: the one that joined the session.
class TELLWIRE_EXPORT ServiceBrowser : public QObject
{
    Q_OBJECT
public:
    explicit ServiceBrowser(Session session, QObject *parent = nullptr);
    ~ServiceBrowser() override; ///< Unfinished replies finish with Closed.

    /// In order of their names, then of their publication. Never blocks; programs that died unnoticed are
    /// left out. As it is now: published() and withdrawn() may still tell of what is in it, or missing. Of
    /// each service in it withdrawn() will tell, if it is connected before the next call.
    QList<PublishedService> services() const;

    /// Asks all programs at once which topics they have; an empty name means any. Takes no longer than the
    /// time a connection may take, however many hang. Starts no conversation. In order of publication.
    /// Source: DDE's wildcard initiate (ddeml-semantics.md A4, A5).
    Reply<FoundTopics> find(const ServiceName &service = {}, const TopicName &topic = {});

    // Errors: those of Conversation::request(); BadData for an answer that cannot be understood.
    Reply<QList<TopicName>> topics(const ServiceName &service); ///< System!Topics
    Reply<QList<Format>> formats(const ServiceName &service);   ///< System!Formats
    Reply<QString> help(const ServiceName &service);            ///< System!Help
    Reply<ItemPage> items(const ServiceName &service, const TopicName &topic, const ItemRange &range = {});

Q_SIGNALS:
    void published(const tellwire::PublishedService &service);
    void withdrawn(const tellwire::PublishedService &service);  ///< By its program, or by its death.
    void serviceAppeared(const tellwire::ServiceName &service); ///< Its first publication.
    void serviceVanished(const tellwire::ServiceName &service); ///< Its last publication is gone.

protected:
    void connectNotify(const QMetaMethod &signal) override;

private:
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire

Q_DECLARE_METATYPE(tellwire::PublishedService)
