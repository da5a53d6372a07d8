// SPDX-License-Identifier: Apache-2.0
#include "formats/format_registry.h"

#include <QSet>

#include <algorithm>
#include <queue>
#include <tuple>
#include <vector>

namespace tellwire {

/// A chain while it is being looked for: where it leads, and by which steps.
struct FormatRegistry::Route
{
    Format to;
    quint64 cost;
    QList<qsizetype> steps;

    /// Smaller is better.
    std::tuple<quint64, qsizetype, const QList<qsizetype> &> rank() const
    {
        return {cost, steps.size(), steps};
    }

    friend bool operator>(const Route &a, const Route &b) { return a.rank() > b.rank(); }
};

void FormatRegistry::addConversion(const Format &from, const Format &to, Converter convert,
                                   ConversionOptions options)
{
    Q_ASSERT_X(from != to, "FormatRegistry", "a format needs no conversion to itself");
    Q_ASSERT_X(convert, "FormatRegistry", "a conversion needs a function");
    QList<qsizetype> &siblings = m_stepsFrom[from];
    const auto earlier =
        std::ranges::find_if(siblings, [&](qsizetype index) { return m_steps[index].to == to; });
    ConversionStep step{from, to, std::move(convert), options};
    if (earlier != siblings.end()) {
        m_steps[*earlier] = std::move(step);
    } else {
        siblings.append(m_steps.size());
        m_steps.append(std::move(step));
    }
}

/// The best route to every format that can be reached by steps no worse than allowed, nearest first
/// (Dijkstra).
QList<FormatRegistry::Route> FormatRegistry::routesFrom(const Format &from, Loss allowed) const
{
    std::priority_queue<Route, std::vector<Route>, std::greater<>> open;
    open.push({from, 0, {}});
    QSet<Format> reached;
    QList<Route> routes;
    while (!open.empty()) {
        const Route route = open.top();
        open.pop();
        if (reached.contains(route.to))
            continue;
        reached.insert(route.to);
        routes.append(route);
        for (const qsizetype index : m_stepsFrom.value(route.to)) {
            const ConversionStep &step = m_steps[index];
            if (step.options.loss <= allowed)
                open.push({step.to, route.cost + step.options.cost, route.steps + QList{index}});
        }
    }
    routes.removeFirst();
    return routes;
}

std::optional<Conversion> FormatRegistry::chain(const Format &from, const Format &to, Loss allowed) const
{
    if (from == to)
        return Conversion::identity(from);
    const QList<Route> routes = routesFrom(from, allowed);
    const auto route = std::ranges::find(routes, to, &Route::to);
    if (route == routes.end())
        return std::nullopt;
    QList<ConversionStep> steps;
    for (const qsizetype index : route->steps)
        steps.append(m_steps[index]);
    return Conversion{steps};
}

std::optional<Conversion> FormatRegistry::chain(const Format &from, const Format &to) const
{
    if (std::optional<Conversion> lossless = chain(from, to, Loss::None))
        return lossless;
    return chain(from, to, Loss::Lossy);
}

QList<Format> FormatRegistry::reachableFrom(const Format &from) const
{
    QList<Format> formats;
    for (const Loss allowed : {Loss::None, Loss::Lossy}) {
        for (const Route &route : routesFrom(from, allowed)) {
            if (!formats.contains(route.to))
                formats.append(route.to);
        }
    }
    return formats;
}

Result<Payload> FormatRegistry::convert(const Payload &payload, const Format &to) const
{
    if (const std::optional<Conversion> conversion = chain(payload.format(), to))
        return conversion->apply(payload);
    return Error{ErrorCode::FormatNotOffered,
                 QStringLiteral("nothing converts %1 to %2").arg(payload.format().name(), to.name())};
}

std::optional<Conversion> FormatRegistry::cheapest(const QList<Format> &offered, const Format &to,
                                                   Loss allowed) const
{
    std::optional<Conversion> best;
    for (const Format &source : offered) {
        std::optional<Conversion> conversion = chain(source, to, allowed);
        if (conversion && (!best || conversion->cost() < best->cost()))
            best = std::move(conversion);
    }
    return best;
}

std::optional<Agreement> FormatRegistry::negotiate(const QList<Format> &wanted,
                                                   const QList<Format> &offered) const
{
    if (offered.isEmpty())
        return std::nullopt;
    if (wanted.isEmpty())
        return Agreement{offered.first(), offered.first(), Conversion::identity(offered.first())};
    for (const Format &format : wanted) {
        if (offered.contains(format))
            return Agreement{format, format, Conversion::identity(format)};
    }
    for (const Loss allowed : {Loss::None, Loss::Lossy}) {
        for (const Format &format : wanted) {
            if (std::optional<Conversion> conversion = cheapest(offered, format, allowed))
                return Agreement{format, conversion->from(), *std::move(conversion)};
        }
    }
    return std::nullopt;
}

} // namespace tellwire
