// SPDX-License-Identifier: Apache-2.0
#include "conversations/service.h"

#include "conversations/engine/conversation_handler.h"
#include "conversations/engine/served_service.h"
#include "conversations/engine/system_topic.h"
#include "conversations/topic_p.h"
#include "dde/protocol/service_table.h"
#include "dde/transport/membership.h"
#include "dde/transport/seat.h"

#include <QFile>
#include <QFileInfo>
#include <QPointer>

#include <utility>

#include <unistd.h>

namespace tellwire {

class Service::Private final : public engine::ServedService::Observer
{
public:
    Private(Service *face, Session joined, const ServiceName &name);

    void onConnected(const TopicName &topic, const Caller &client) override
    {
        Q_EMIT q->clientConnected(topic, client);
    }
    void onDisconnected(const TopicName &topic, const Caller &client) override
    {
        Q_EMIT q->clientDisconnected(topic, client);
    }

    void onTopicsChanged() override { registerAgainSoon(); }

    protocol::ServiceOffer offer() const;
    Result<void> enter();
    Result<void> publish();
    void registerAgainSoon();
    void withdraw();

    Service *q;
    Session session; // Lives longest: all else refers to it.
    engine::Server &server;
    std::shared_ptr<engine::ServedService> engine;
    QHash<TopicName, QPointer<Topic>> topics;
    std::optional<std::uint32_t> instance; ///< Once published.
    qint64 registrations = 0;
    bool isToBeRegisteredAgain = false;
};

Service::Private::Private(Service *face, Session joined, const ServiceName &name)
    : q(face),
      session(std::move(joined)),
      server(session.seat().handler<engine::ConversationHandler>().server()),
      engine(std::make_shared<engine::ServedService>(server, name, this))
{
    session.seat().attachToEventLoop();
    engine->addTopic(engine::systemTopicName());
}

protocol::ServiceOffer Service::Private::offer() const
{
    const QString program = QFileInfo{QFile::symLinkTarget(QStringLiteral("/proc/self/exe"))}.fileName();
    return {session.seat().id(), *instance, engine->name(), program, getpid(), q->topics(), registrations};
}

/// No two registrations are the same: who was refused for want of a topic asks again after each.
Result<void> Service::Private::enter()
{
    ++registrations;
    return session.seat().membership().declare(protocol::registration(offer()));
}

Result<void> Service::Private::publish()
{
    if (instance)
        return {};
    if (const Result<void> reachable = session.seat().listen(); !reachable)
        return reachable;
    instance = server.add(engine);
    const Result<void> listed = enter();
    if (!listed)
        withdraw();
    return listed;
}

/// Those who wait for a topic hear of it by the log. Once for all topics of one round.
void Service::Private::registerAgainSoon()
{
    if (!instance || std::exchange(isToBeRegisteredAgain, true))
        return;
    session.seat().reactor().post([guard = QPointer{q}] {
        if (!guard)
            return;
        Private &self = *guard->m_data;
        self.isToBeRegisteredAgain = false;
        if (self.instance) // If this fails, the service is there all the same, and only what it says is old.
            (void)self.enter();
    });
}

void Service::Private::withdraw()
{
    if (!instance)
        return;
    // If this fails the log is lost, and with it the entry; or the disk is full, and clients are refused.
    (void)session.seat().membership().retract(protocol::withdrawal(offer()).key);
    server.remove(*std::exchange(instance, std::nullopt),
                  Error{ErrorCode::PeerGone,
                        QStringLiteral("the service %1 is no longer published").arg(engine->name().text())});
}

Service::Service(Session session, const ServiceName &name, QObject *parent)
    : QObject(parent),
      m_data(std::make_unique<Private>(this, std::move(session), name))
{}

Service::~Service()
{
    m_data->engine->forgetObserver();
    m_data->withdraw();
}

const ServiceName &Service::name() const noexcept { return m_data->engine->name(); }

ServiceName Service::instanceName() const
{
    return m_data->instance ? protocol::instanceName(m_data->offer()) : ServiceName{};
}

Topic &Service::topic(const TopicName &name)
{
    Q_ASSERT_X(name != engine::systemTopicName(), "Service::topic", "the library serves System itself");
    QPointer<Topic> &topic = m_data->topics[name];
    if (!topic)
        topic = new Topic{std::make_unique<Topic::Private>(m_data->session, m_data->engine->addTopic(name)),
                          this};
    return *topic;
}

QList<TopicName> Service::topics() const
{
    QList<TopicName> names = m_data->engine->topicNames();
    names.removeAll(engine::systemTopicName());
    return names;
}

void Service::setHelp(const QString &text) { m_data->engine->setHelp(text); }

void Service::setBusy(bool isBusy) { m_data->engine->setBusy(isBusy); }

void Service::setProtocols(const QStringList &protocols) { m_data->engine->setProtocols(protocols); }

void Service::setRestartCommand(const QString &commandLine)
{
    m_data->engine->setRestartCommand(commandLine);
}

void Service::setConversions(FormatRegistry conversions)
{
    m_data->engine->setConversions(std::move(conversions));
}

Result<void> Service::publish() { return m_data->publish(); }

} // namespace tellwire
