// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "conversations/topic.h"
#include "dde/transport/session.h"
#include "formats/format_registry.h"

namespace tellwire {

/// What this program offers to others, under one name. Fill it with topics, then publish it.
///
/// The System topic and the item TopicItemList of every topic are served by the library, as tab-separated
/// text and as JSON, and can be watched like other items: SysItems, Topics, Formats, Status, Help,
/// ReturnMessage (why the asking program was refused last), Conversations (who talks with this program, and
/// how much waits for them), Protocols and Restart if they are set.
///
/// Thread: the one that joined the session. No signal is emitted before control returns to the session's
/// processing.
class TELLWIRE_EXPORT Service : public QObject
{
    Q_OBJECT
public:
    explicit Service(Session session, const ServiceName &name, QObject *parent = nullptr);
    ~Service() override; ///< Ends its conversations; their clients see PeerGone.

    const ServiceName &name() const noexcept;

    /// The name that reaches this instance and no other of the same name: `Quotes(0x0123456789abcdef)`. Empty
    /// before publish(). Source: ddeml-semantics.md A2.
    ServiceName instanceName() const;

    /// The service owns the topic. One that exists already is returned as it is. "System" is the library's
    /// own.
    Topic &topic(const TopicName &name);
    QList<TopicName> topics() const; ///< Sorted by name, without System.

    // What the System topic answers. Who watches the items hears of each change.
    void setHelp(const QString &text);
    void
    setBusy(bool isBusy); ///< Status is Ready or Busy. Says so and no more: what arrives is still handled.
    void setProtocols(const QStringList &protocols);
    void setRestartCommand(const QString &commandLine); ///< What would start this service again.

    /// Offers each item in all formats that its value can be converted to. Decided once per link, when it
    /// starts.
    void setConversions(FormatRegistry conversions);

    /// Makes the service visible in the session. Several programs, and several objects, may publish the same
    /// name; who came first is asked first. No effect if it is visible already. Errors: OutOfSpace,
    /// AccessDenied.
    Result<void> publish();

Q_SIGNALS:
    void clientConnected(const tellwire::TopicName &topic, const tellwire::Caller &client);
    void clientDisconnected(const tellwire::TopicName &topic, const tellwire::Caller &client);

private:
    friend class Topic;
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
