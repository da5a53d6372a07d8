// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/violation.h"

#include "conversations/engine/log_category.h"
#include "dde/transport/channel.h"

namespace tellwire::engine {

Q_LOGGING_CATEGORY(conversationsLog, "tellwire.conversations")

void endForViolation(transport::Channel &channel, const QString &what)
{
    const transport::PeerIdentity &peer = channel.identity();
    qCWarning(conversationsLog).noquote()
        << "ending the channel to" << peer.program << peer.pid << "-" << what;
    channel.close(Error{ErrorCode::BadData, what});
}

} // namespace tellwire::engine
