// SPDX-License-Identifier: Apache-2.0
#include "conversations/ddeml/monitor_reports.h"

#include "conversations/ddeml/conversation.h"
#include "conversations/ddeml/instance.h"
#include "conversations/ddeml/thread_instances.h"
#include "conversations/engine/monitor_handler.h"
#include "dde/transport/seat.h"

#include <utility>

namespace tellwire::ddeml {

namespace {

/// Null if nobody wants to know.
engine::MonitorReporter *reporterFor(const Instance &instance, MonitorKind kind)
{
    if (instance.isMonitor() || instance.isEnded())
        return nullptr;
    engine::MonitorReporter &reporter = instance.seat().handler<engine::MonitorHandler>().reporter();
    return reporter.wants(kind) ? &reporter : nullptr;
}

/// Data comes out of these.
bool returnsData(UINT type) { return (type & XCLASS_MASK) == XCLASS_DATA && type != XTYP_WILDCONNECT; }

} // namespace

CallbackReport::CallbackReport(const Instance &instance, const CallbackArguments &arguments)
    : m_instance(instance)
{
    if (reporterFor(instance, MonitorKind::Callbacks) == nullptr)
        return;
    const auto textOf = [&instance](HSZ string) {
        const ItemName *name = instance.thread().findString(string);
        return name == nullptr ? QString{} : name->text();
    };
    m_callback = {.type = arguments.type,
                  .format = arguments.format,
                  .conversation = numberOf(arguments.conversation),
                  .string1 = textOf(arguments.string1),
                  .string2 = textOf(arguments.string2),
                  .dataHandle = numberOf(arguments.data),
                  .data1 = arguments.word1,
                  .data2 = arguments.word2,
                  .data = dataOf(arguments.data)};
}

void CallbackReport::finish(HDDEDATA result)
{
    engine::MonitorReporter *reporter = reporterFor(m_instance, MonitorKind::Callbacks);
    if (!m_callback || reporter == nullptr)
        return;
    m_callback->result = numberOf(result);
    if (result == CBR_BLOCK) // Whoever asks again is told again; old monitors took it for a handle.
        m_callback->data = {};
    else if (returnsData(m_callback->type))
        m_callback->data = dataOf(result);
    reporter->report({.what = *std::exchange(m_callback, std::nullopt)});
}

MonitoredData CallbackReport::dataOf(HDDEDATA handle) const
{
    const std::shared_ptr<DataObject> object = m_instance.thread().data().find(handle);
    return object ? MonitoredData::of(object->bytes) : MonitoredData{};
}

void reportError(const Instance &instance, UINT error)
{
    if (error == DMLERR_NO_ERROR)
        return;
    if (engine::MonitorReporter *reporter = reporterFor(instance, MonitorKind::Errors))
        reporter->report(
            {.what = MonitoredError{
                 .what = MonitoredError::What::ExactFace,
                 .reason = {ErrorCode::Refused, QStringLiteral("a call of the exact DDE face failed")},
                 .exactCode = static_cast<quint16>(error)}});
}

void reportString(const Instance &instance, MonitoredString::Change change, HSZ string, const QString &text)
{
    if (engine::MonitorReporter *reporter = reporterFor(instance, MonitorKind::Strings))
        reporter->report({.what = MonitoredString{change, numberOf(string), text}});
}

} // namespace tellwire::ddeml
