// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "dde/protocol/names.h"
#include "formats/format_registry.h"

#include <QHash>
#include <QStringList>

#include <memory>

namespace tellwire::engine {

class DirectService;
class ServedTopic;
class Server;

/// A service as clients see it: its topics, System among them.
class ServedService : public std::enable_shared_from_this<ServedService>
{
public:
    /// Who is told; called from the session's processing only. Each function may delete anything, but for
    /// onTopicsChanged(), which is called at once and may only take note.
    class Observer
    {
    public:
        virtual void onTopicsChanged() = 0;
        virtual void onConnected(const TopicName &topic, const Caller &client) = 0;
        virtual void onDisconnected(const TopicName &topic, const Caller &client) = 0;

    protected:
        ~Observer() = default;
    };

    ServedService(Server &server, ServiceName name, Observer *observer);

    const ServiceName &name() const noexcept { return m_name; }

    std::shared_ptr<ServedTopic> addTopic(const TopicName &name);
    void removeTopic(const TopicName &name);
    std::shared_ptr<ServedTopic> find(const TopicName &name) const { return m_topics.value(name); }
    QList<TopicName> topicNames() const; ///< Sorted, System first.

    // What the System topic says.
    const QString &help() const noexcept { return m_help; }
    bool isBusy() const noexcept { return m_isBusy; }
    const QStringList &protocols() const noexcept { return m_protocols; }
    const QString &restartCommand() const noexcept { return m_restartCommand; }
    void setHelp(const QString &text);
    void setBusy(bool isBusy);
    void setProtocols(const QStringList &protocols);
    void setRestartCommand(const QString &commandLine);

    /// See ServedTopic::libraryItemChanged().
    void systemItemChanged(const ItemName &item) const;

    const FormatRegistry &conversions() const noexcept { return m_conversions; }
    void setConversions(FormatRegistry conversions) { m_conversions = std::move(conversions); }

    /// Who decides about its conversations, but for some of those about System; null if they go by its
    /// topics.
    const std::shared_ptr<DirectService> &direct() const noexcept { return m_direct; }
    void setDirect(std::shared_ptr<DirectService> direct) { m_direct = std::move(direct); }

    /// Null once the program has given the service up.
    Observer *observer() const noexcept { return m_observer; }
    void forgetObserver() noexcept { m_observer = nullptr; }

private:
    std::shared_ptr<ServedTopic> system() const;
    void topicsChanged() const;

    Server &m_server;
    ServiceName m_name;
    Observer *m_observer;
    std::shared_ptr<DirectService> m_direct;
    QHash<TopicName, std::shared_ptr<ServedTopic>> m_topics;
    QString m_help;
    bool m_isBusy = false;
    QStringList m_protocols;
    QString m_restartCommand;
    FormatRegistry m_conversions;
};

} // namespace tellwire::engine
