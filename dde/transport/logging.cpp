// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/logging.h"

namespace tellwire::transport {

Q_LOGGING_CATEGORY(logTransport, "tellwire.transport", QtWarningMsg)

} // namespace tellwire::transport
