// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLoggingCategory>

namespace tellwire::transport {

Q_DECLARE_LOGGING_CATEGORY(logTransport) ///< "tellwire.transport"

} // namespace tellwire::transport
