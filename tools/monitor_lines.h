// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/protocol/monitor_event.h"

#include <nlohmann/json_fwd.hpp>

#include <QByteArray>

#include <optional>

namespace tellwire::tool {

/// What `--kinds` may name, parted by commas. Error: BadData.
Result<MonitorKinds> monitorKindsFrom(const QString &text);

/// One line about an event, without its end; docs/commands.md describes it.
QString toLine(const MonitorEvent &event, bool withData);

/// Likewise with --json.
nlohmann::json toJson(const MonitorEvent &event, bool withData);
nlohmann::json toJson(const MonitoredProgram &program);

/// bench 4711
QString nameOf(const MonitoredProgram &program);

} // namespace tellwire::tool
