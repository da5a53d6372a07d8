// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/load.h"

#include "demos/host_metrics/proc_text.h"

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr const char *loadFile = "/proc/loadavg";
constexpr const char *uptimeFile = "/proc/uptime";

std::optional<double> positive(QByteArrayView field)
{
    const std::optional<double> value = decimalNumber(field);
    return value && *value >= 0 ? value : std::nullopt;
}

/// "9/151"
bool takeTasks(Load &load, QByteArrayView field)
{
    const std::optional<Halves> halves = partedAt('/', field);
    const std::optional<quint64> running = halves ? wholeNumber(halves->before) : std::nullopt;
    const std::optional<quint64> tasks = halves ? wholeNumber(halves->after) : std::nullopt;
    load.running = running.value_or(0);
    load.tasks = tasks.value_or(0);
    return running && tasks;
}

} // namespace

Result<Load> parseLoad(const QByteArray &text)
{
    const QList<QByteArrayView> fields = fieldsOf(QByteArrayView{text}.trimmed());
    Load load;
    if (fields.size() < 4 || !takeTasks(load, fields.at(3)))
        return notUnderstood(loadFile, text);
    const std::optional<double> one = positive(fields.at(0));
    const std::optional<double> five = positive(fields.at(1));
    const std::optional<double> fifteen = positive(fields.at(2));
    if (!one || !five || !fifteen)
        return notUnderstood(loadFile, text);
    load.oneMinute = *one;
    load.fiveMinutes = *five;
    load.fifteenMinutes = *fifteen;
    return load;
}

Result<double> parseUptime(const QByteArray &text)
{
    const QList<QByteArrayView> fields = fieldsOf(QByteArrayView{text}.trimmed());
    const std::optional<double> seconds = fields.isEmpty() ? std::nullopt : positive(fields.first());
    if (!seconds)
        return notUnderstood(uptimeFile, text);
    return *seconds;
}

Result<Load> readLoad()
{
    Result<Load> load = contentOf(loadFile).and_then(parseLoad);
    if (!load)
        return load;
    if (const Result<double> uptime = contentOf(uptimeFile).and_then(parseUptime))
        load->uptime = *uptime;
    return load;
}

QList<Figure> loadFigures(const Load &now, const std::optional<Earlier<Load>> &)
{
    FigureList list;
    list.addDecimal("1min", now.oneMinute, 2);
    list.addDecimal("5min", now.fiveMinutes, 2);
    list.addDecimal("15min", now.fifteenMinutes, 2);
    list.addAmount("running", now.running);
    list.addAmount("tasks", now.tasks);
    if (now.uptime)
        list.addDecimal("uptime", *now.uptime, 2, "s");
    return list.figures();
}

} // namespace host_metrics
