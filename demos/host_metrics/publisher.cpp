// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/publisher.h"

#include "demos/host_metrics/commands.h"

#include <cstdio>

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr quint64 firstCompleteSample = 2;

const QString help =
    QStringLiteral("What this machine is doing. Every figure comes as text, and as JSON with its unit.\n"
                   "Poke settings!interval with milliseconds from 50 to 60000.\n"
                   "Commands, on any topic: [Pause()] [Resume()] [Refresh()]");

/// Items that vanished with a device or a process go; so nobody takes old news for new.
void removeOthers(Topic &topic, const QSet<ItemName> &wanted)
{
    for (const ItemName &item : topic.items())
        if (!wanted.contains(item))
            topic.removeItem(item);
}

Figure amount(const char *name, quint64 value, const char *unit)
{
    FigureList list;
    list.addAmount(name, value, unit);
    return list.figures().first();
}

void setFigure(Topic &topic, const Figure &figure)
{
    topic.setItem(ItemName{figure.item}, figure.inAllFormats());
}

/// The clock that all programs of the machine share and nobody sets.
quint64 nanosecondsSinceStart()
{
    using namespace std::chrono;
    return static_cast<quint64>(duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count());
}

} // namespace

Publisher::Publisher(Session session, Sampler &sampler)
    : m_sampler(sampler),
      m_service(std::move(session), "Host"_service),
      m_settings(m_service.topic("settings"_topic))
{
    m_service.setHelp(help);
    m_settings.onPoke("interval"_item, [this](const Payload &value) { return setInterval(value); });
    m_settings.onExecute([this](const QString &text) { return execute(text); });
    connect(&sampler, &Sampler::sampled, this, &Publisher::show);
}

void Publisher::show(const QList<Look> &looks)
{
    for (const Look &look : looks)
        showLook(look);
    ++m_samples;
    showSettings();
    stamp();
    if (m_samples < firstCompleteSample)
        return;
    if (m_samples == firstCompleteSample) {
        if (const Result<void> visible = m_service.publish(); !visible)
            return Q_EMIT failed(visible.error());
        Q_EMIT published();
    }
    Q_EMIT shown(m_samples - firstCompleteSample + 1);
}

void Publisher::showLook(const Look &look)
{
    Topic &topic = m_service.topic(look.topic);
    topic.onExecute([this](const QString &text) { return execute(text); });
    if (look.figures)
        return showFigures(topic, look);
    removeOthers(topic, {});
    if (const QString problem = look.figures.error().detail; m_problems.value(look.topic) != problem) {
        std::fprintf(stderr, "host_metrics: %s\n", qPrintable(problem));
        m_problems.insert(look.topic, problem);
    }
}

void Publisher::showFigures(Topic &topic, const Look &look)
{
    QSet<ItemName> items;
    for (const Figure &figure : *look.figures) {
        const Result<ItemName> item = ItemName::fromUserText(figure.item);
        if (!item) // a mount point may be longer than a name
            continue;
        topic.setItem(*item, figure.inAllFormats(), {.sourceTime = look.time});
        items.insert(*item);
    }
    removeOthers(topic, items);
}

void Publisher::showSettings()
{
    setFigure(m_settings, amount("interval", static_cast<quint64>(m_sampler.interval().count()), "ms"));
    setFigure(m_settings, amount("samples", m_samples, nullptr));
    m_settings.setItem("state"_item,
                       m_sampler.isPaused() ? QStringLiteral("paused") : QStringLiteral("running"));
}

/// The last thing of each sample, so that who watches can measure the way of an update and nothing else.
void Publisher::stamp() { setFigure(m_settings, amount("published", nanosecondsSinceStart(), "ns")); }

Result<void> Publisher::setInterval(const Payload &value)
{
    const Result<std::chrono::milliseconds> interval = value.as<QString>().and_then(parseInterval);
    if (!interval)
        return interval.error();
    m_sampler.setInterval(*interval);
    showSettings();
    return {};
}

Result<void> Publisher::execute(const QString &text)
{
    const Result<QList<SamplerCommand>> commands = parseSamplerCommands(text);
    if (!commands)
        return commands.error();
    for (const SamplerCommand command : *commands)
        (m_sampler.*command)();
    showSettings();
    return {};
}

} // namespace host_metrics
