// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/figure.h"

using namespace tellwire;

namespace host_metrics {

QList<Payload> Figure::inAllFormats() const { return {Payload::of(text), Payload::of(json)}; }

void FigureList::setPart(const QString &part) { m_prefix = part.isEmpty() ? part : part + u':'; }

void FigureList::addAmount(const char *name, quint64 value, const char *unit)
{
    add(name, QString::number(value), value, unit);
}

void FigureList::addDecimal(const char *name, double value, int decimals, const char *unit)
{
    const QString text = QString::number(value, 'f', decimals);
    add(name, text, text.toDouble(), unit);
}

void FigureList::addPercent(const char *name, double part, double whole)
{
    if (whole > 0)
        addDecimal(name, 100 * part / whole, 1, "%");
}

void FigureList::addRate(const char *name, quint64 before, quint64 now, std::chrono::duration<double> time,
                         const char *unit)
{
    if (now >= before && time.count() > 0)
        addDecimal(name, static_cast<double>(now - before) / time.count(), 1, unit);
}

void FigureList::addList(const char *name, const QString &text, const nlohmann::json &value)
{
    add(name, text, value, nullptr);
}

void FigureList::add(const char *name, const QString &text, nlohmann::json value, const char *unit)
{
    nlohmann::json json{{"value", std::move(value)}};
    if (unit)
        json["unit"] = unit;
    m_figures.append({m_prefix + QString::fromLatin1(name), text, std::move(json)});
}

} // namespace host_metrics
