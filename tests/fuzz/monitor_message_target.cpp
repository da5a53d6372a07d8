// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/monitor_message.h"
#include "tests/fuzz/fuzz_target.h"
#include "tools/monitor_lines.h"

#include <nlohmann/json.hpp>

using namespace tellwire;
using namespace tellwire::protocol;

namespace {

void show(const MonitorEvent &event)
{
    const QString line = tool::toLine(event, true);
    fuzz::promise(
        std::ranges::none_of(line, [](QChar unit) { return unit.category() == QChar::Other_Control; }),
        "a line about an event does nothing to a terminal");
    fuzz::promise(tool::toJson(event, true).is_object(), "an event can be told as JSON");
}

} // namespace

TELLWIRE_FUZZ(monitor_message)
{
    const transport::Message bytes = input.message();
    if (const Result<Observe> observe = decodeFromMonitor(bytes)) {
        const Result<Observe> again = decodeFromMonitor(encode(*observe));
        fuzz::promise(again && *again == *observe, "what a monitor wants is read as it was written");
    }
    const Result<MonitorMessage> told = decodeForMonitor(bytes);
    if (!told)
        return;
    const Result<MonitorMessage> again =
        decodeForMonitor(std::visit([](const auto &message) { return encode(message); }, *told));
    fuzz::promise(again && *again == *told, "what a monitor is told is read as it was written");
    if (const auto *event = std::get_if<Event>(&*told))
        show(event->event);
}
