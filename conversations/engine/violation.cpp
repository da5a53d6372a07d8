// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/violation.h"

#include "conversations/engine/log_category.h"
#include "conversations/engine/monitor_handler.h"
#include "dde/transport/channel.h"
#include "dde/transport/seat.h"

namespace tellwire::engine {

Q_LOGGING_CATEGORY(conversationsLog, "tellwire.conversations")

void endForViolation(transport::Channel &channel, const QString &what)
{
    const transport::PeerIdentity &peer = channel.identity();
    qCWarning(conversationsLog).noquote()
        << "ending the channel to" << peer.program << peer.pid << "-" << what;
    const Error reason{ErrorCode::BadData, what};
    MonitorReporter &monitors = channel.seat().handler<MonitorHandler>().reporter();
    if (monitors.wants(MonitorKind::Errors))
        monitors.report({.client = {channel.peer(), peer.pid, peer.program},
                         .what = MonitoredError{MonitoredError::What::Violation, reason}});
    channel.close(reason);
}

} // namespace tellwire::engine
