// SPDX-License-Identifier: Apache-2.0
#include "formats/conversion.h"

#include <algorithm>
#include <numeric>

namespace tellwire {
namespace {

bool linkUp(const QList<ConversionStep> &steps)
{
    const auto gap = std::ranges::adjacent_find(
        steps, [](const ConversionStep &step, const ConversionStep &next) { return step.to != next.from; });
    return gap == steps.end();
}

} // namespace

Conversion Conversion::identity(const Format &format) { return {format, format, {}}; }

Conversion::Conversion(const QList<ConversionStep> &steps)
    : Conversion{steps.constFirst().from, steps.constLast().to, steps}
{
    Q_ASSERT_X(linkUp(m_steps), "Conversion", "a step must begin where the one before it ends");
}

Conversion::Conversion(const Format &from, const Format &to, QList<ConversionStep> steps)
    : m_from(from),
      m_to(to),
      m_steps(std::move(steps))
{}

QList<Format> Conversion::path() const
{
    QList<Format> formats{m_from};
    for (const ConversionStep &step : m_steps)
        formats.append(step.to);
    return formats;
}

quint64 Conversion::cost() const
{
    return std::accumulate(m_steps.begin(), m_steps.end(), quint64{0},
                           [](quint64 sum, const ConversionStep &step) { return sum + step.options.cost; });
}

Loss Conversion::loss() const
{
    const bool isLossy = std::ranges::any_of(
        m_steps, [](const ConversionStep &step) { return step.options.loss == Loss::Lossy; });
    return isLossy ? Loss::Lossy : Loss::None;
}

Result<Payload> Conversion::apply(const Payload &payload) const
{
    if (payload.format() != m_from)
        return Error{ErrorCode::FormatNotOffered,
                     QStringLiteral("this conversion begins with %1, not with %2")
                         .arg(m_from.name(), payload.format().name())};
    QByteArray bytes = payload.bytes();
    for (const ConversionStep &step : m_steps) {
        Result<QByteArray> converted = step.convert(bytes);
        if (!converted)
            return std::move(converted).error();
        bytes = *std::move(converted);
    }
    return Payload{m_to, std::move(bytes)};
}

} // namespace tellwire
