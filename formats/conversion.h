// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/payload.h"

#include <QList>

#include <functional>

namespace tellwire {

/// Makes bytes of one format out of bytes of another. It may be called from several threads at once, and with
/// bytes that anybody may have written: what it cannot read is BadData.
using Converter = std::function<Result<QByteArray>(const QByteArray &)>;

/// Whether a conversion keeps all that the data means.
enum class Loss {
    None,
    Lossy, ///< Something may be dropped, e.g. the markup of HTML that becomes text.
};

/// Name what differs: {.loss = Loss::Lossy}.
struct ConversionOptions
{
    unsigned cost = 1; ///< Compared with that of other steps; the cheapest chain is taken.
    Loss loss = Loss::None;
};

/// One step of a chain.
struct ConversionStep
{
    Format from;
    Format to;
    Converter convert;
    ConversionOptions options;
};

/// A way from one format to another, found once by a FormatRegistry and applied as often as you like; the
/// registry may be gone by then. A value; copies share the steps.
///
/// Thread: any.
class TELLWIRE_EXPORT Conversion
{
public:
    /// Leaves the bytes as they are.
    static Conversion identity(const Format &format);

    /// Each step must begin where the one before it ends; there must be one at least.
    explicit Conversion(const QList<ConversionStep> &steps);

    const Format &from() const noexcept { return m_from; }
    const Format &to() const noexcept { return m_to; }

    /// All formats on the way, from() first and to() last; only one if this is an identity.
    QList<Format> path() const;

    bool isIdentity() const noexcept { return m_steps.isEmpty(); }
    quint64 cost() const;
    Loss loss() const;

    /// Errors: FormatNotOffered if the payload is not in from(), or whatever a step returns, mostly BadData.
    Result<Payload> apply(const Payload &payload) const;

private:
    Conversion(const Format &from, const Format &to, QList<ConversionStep> steps);

    Format m_from;
    Format m_to;
    QList<ConversionStep> m_steps;
};

} // namespace tellwire
