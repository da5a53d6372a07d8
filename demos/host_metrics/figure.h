// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/json_format.h"
#include "formats/payload.h"

#include <QList>
#include <QString>

#include <chrono>

namespace host_metrics {

/// One number, or a short list, under the name of its item. Text and JSON say the same.
struct Figure
{
    QString item;
    QString text;
    nlohmann::json json; ///< {"value": 12.5, "unit": "%"}

    QList<tellwire::Payload> inAllFormats() const;
};

/// A reading that was taken before, to tell rates from counters.
template <typename Reading>
struct Earlier
{
    Reading reading;
    std::chrono::duration<double> age;
};

/// Collects what a topic has to say. Percentages and rates have one decimal.
class FigureList
{
public:
    /// Names that are added from now on begin with the part and a colon: "eth0:received". An empty part means
    /// the whole.
    void setPart(const QString &part);

    void addAmount(const char *name, quint64 value, const char *unit = nullptr);
    void addDecimal(const char *name, double value, int decimals, const char *unit = nullptr);

    /// Adds nothing if the whole is nothing.
    void addPercent(const char *name, double part, double whole);

    /// Adds nothing if the counter ran backwards: it was set to zero, or belongs to another device now.
    void addRate(const char *name, quint64 before, quint64 now, std::chrono::duration<double> time,
                 const char *unit);

    void addList(const char *name, const QString &text, const nlohmann::json &value);

    const QList<Figure> &figures() const noexcept { return m_figures; }

private:
    void add(const char *name, const QString &text, nlohmann::json value, const char *unit);

    QString m_prefix;
    QList<Figure> m_figures;
};

} // namespace host_metrics
