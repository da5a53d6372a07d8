// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/monitor_event.h"
#include "dde/transport/session.h"

#include <QObject>

#include <memory>

namespace tellwire {

/// What a monitor shows.
struct MonitorOptions
{
    /// All but each single message and string.
    MonitorKinds kinds = allMonitorKinds & ~(MonitorKind::Messages | MonitorKind::Strings);

    // Only events about what is named so; case does not count, and * stands for anything. An event that is
    // about no service (topic, item) is shown only if that may be anything.
    QString service = QStringLiteral("*");
    QString topic = QStringLiteral("*");
    QString item = QStringLiteral("*");
};

/// Shows what happens in the session, while it happens: who talks with whom about what, and with what
/// success. It takes no part itself. Programs tell it what they do; they wait for nothing, and while nobody
/// watches it costs them next to nothing. What a client reads from its service's memory, without asking, is
/// not seen.
///
/// Every conversation is told of by its server, so a program that only asks others need not be seen. Programs
/// that come later are watched from their coming on.
///
/// Thread: the one that joined the session.
/// Source: DDEML's monitors (ddeml-semantics.md B13).
class TELLWIRE_EXPORT Monitor : public QObject
{
    Q_OBJECT
public:
    explicit Monitor(Session session, const MonitorOptions &options = {}, QObject *parent = nullptr);
    ~Monitor() override;

Q_SIGNALS:
    /// From now on everything that happens in the program is told.
    void joined(const tellwire::MonitoredProgram &program);

    /// By its end, or because it cannot be watched any more; then it is tried again.
    void left(const tellwire::MonitoredProgram &program, const tellwire::Error &reason);

    /// Of one program in the order in which it happened.
    void happened(const tellwire::MonitorEvent &event);

    /// So many events of the program before the next one found no room, because this monitor was too slow for
    /// them (4 MiB may wait).
    void lost(const tellwire::MonitoredProgram &program, quint64 count);

private:
    class Private;
    std::unique_ptr<Private> m_data;
};

} // namespace tellwire
