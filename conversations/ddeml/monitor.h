// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/string_table.h"
#include "conversations/engine/monitor_subscriptions.h"

#include <deque>

namespace tellwire::ddeml {

class Instance;

/// What a monitor instance is told: each event of a kind that its MF_ flags name becomes a callback
/// XTYP_MONITOR. Source: ddeml-semantics.md B13.
///
/// In the records, strings are handles of the monitor's own, which it may query. Conversations are numbers
/// that no other conversation of the session has, on either side; so they tell which records belong together,
/// and are no handles.
class Monitor final : public engine::MonitorSubscriptions::Listener
{
public:
    explicit Monitor(Instance &instance);
    ~Monitor();
    Monitor(const Monitor &) = delete;
    Monitor &operator=(const Monitor &) = delete;

    void onFlagsChanged(); ///< The instance has others.

private:
    void onJoined(const MonitoredProgram &) override {}
    void onLeft(const MonitoredProgram &, const Error &) override {}
    void onEvent(const MonitorEvent &event) override;
    void onLost(const MonitoredProgram &, std::uint32_t) override {}

    void tell(const MonitorEvent &event, const MonitoredConversation &conversation);
    void tell(const MonitorEvent &event, const MonitoredLink &link);
    void tell(const MonitorEvent &event, const MonitoredTransaction &transaction);
    void tell(const MonitorEvent &event, const MonitoredUpdate &update);
    void tell(const MonitorEvent &event, const MonitoredError &error);
    void tell(const MonitorEvent &event, const MonitoredMessage &message);
    void tell(const MonitorEvent &event, const MonitoredCallback &callback);
    void tell(const MonitorEvent &event, const MonitoredString &string);

    HSZ handleFor(const QString &text);
    UINT formatOf(const MonitorEvent &event);
    void call(DWORD kind, const QByteArray &record);
    template <typename Record>
    void call(DWORD kind, Record record);

    Instance &m_instance;
    std::deque<StringHold> m_strings; ///< The last ones, so that a text keeps its handle for a while.
};

} // namespace tellwire::ddeml
