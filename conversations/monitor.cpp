// SPDX-License-Identifier: Apache-2.0
#include "conversations/monitor.h"

#include "conversations/engine/monitor_handler.h"
#include "conversations/name_pattern.h"
#include "dde/transport/seat.h"

#include <utility>

namespace tellwire {

class Monitor::Private final : public engine::MonitorSubscriptions::Listener
{
public:
    Private(Monitor *face, Session joined, const MonitorOptions &options);
    ~Private();
    Private(const Private &) = delete;
    Private &operator=(const Private &) = delete;

    void onJoined(const MonitoredProgram &program) override { Q_EMIT q->joined(program); }
    void onLeft(const MonitoredProgram &program, const Error &reason) override
    {
        Q_EMIT q->left(program, reason);
    }
    void onEvent(const MonitorEvent &event) override;
    void onLost(const MonitoredProgram &program, std::uint32_t count) override
    {
        Q_EMIT q->lost(program, count);
    }

private:
    engine::MonitorSubscriptions &subscriptions() const
    {
        return session.seat().handler<engine::MonitorHandler>().subscriptions();
    }

    Monitor *q;
    Session session; // Lives longest: all else refers to it.
    NamePattern service;
    NamePattern topic;
    NamePattern item;
};

Monitor::Private::Private(Monitor *face, Session joined, const MonitorOptions &options)
    : q(face),
      session(std::move(joined)),
      service(options.service),
      topic(options.topic),
      item(options.item)
{
    session.seat().attachToEventLoop();
    subscriptions().add(*this, options.kinds);
}

Monitor::Private::~Private() { subscriptions().remove(*this); }

void Monitor::Private::onEvent(const MonitorEvent &event)
{
    if (service.fits(event.service.key()) && topic.fits(event.topic.key()) && item.fits(event.item.key()))
        Q_EMIT q->happened(event);
}

Monitor::Monitor(Session session, const MonitorOptions &options, QObject *parent)
    : QObject(parent),
      m_data(std::make_unique<Private>(this, std::move(session), options))
{}

Monitor::~Monitor() = default;

} // namespace tellwire
