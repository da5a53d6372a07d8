// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLoggingCategory>

namespace tellwire::engine {

/// "tellwire.conversations": peers that break the protocol, and values that could not be delivered.
Q_DECLARE_LOGGING_CATEGORY(conversationsLog)

} // namespace tellwire::engine
