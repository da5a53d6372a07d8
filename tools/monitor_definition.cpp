// SPDX-License-Identifier: Apache-2.0
#include "tools/command_line_p.h"

#include "tools/monitor_lines.h"

namespace tellwire::tool {

void CommandLine::addMonitor()
{
    auto *monitor = command("monitor", "Show what all programs of the session say to each other",
                            "tellwire monitor 'Lab|*!v*' --data", [this](const Session &session) {
                                m_monitor.json = m_common.json;
                                return tool::monitor(session, m_monitor);
                            });
    monitor
        ->add_option_function<std::string>(
            "FILTER",
            [this](const std::string &text) {
                const auto filter = valueOf(PartialAddress::parse(textFrom(text)));
                m_monitor.shown.service = filter.service.text();
                if (filter.topic)
                    m_monitor.shown.topic = filter.topic->text();
                if (filter.item)
                    m_monitor.shown.item = filter.item->text();
            },
            "Only what is about Service, Service|Topic or Service|Topic!Item; * is anything")
        ->type_name("");
    monitor
        ->add_option_function<std::string>(
            "--kinds",
            [this](const std::string &text) {
                m_monitor.shown.kinds = valueOf(monitorKindsFrom(textFrom(text)));
            },
            "Some of conversations, links, transactions, updates, errors, messages, callbacks, strings "
            "(default: all but messages)")
        ->type_name("K,...");
    monitor->add_flag("--data", m_monitor.data, "With what values and commands begin with");
    monitor->add_option("--count", m_monitor.count, "End after so many events")
        ->type_name("N")
        ->check(CLI::Range(quint64{1}, quint64{1} << 32U).description(""));
    writesJson(monitor);
}

} // namespace tellwire::tool
