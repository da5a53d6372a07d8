// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/conversion.h"

#include <QHash>
#include <QList>

#include <functional>
#include <optional>

namespace tellwire {

/// What a client and a server have settled on: the server makes its data in `source`, the client gets
/// `delivered`.
struct Agreement
{
    Format delivered;
    Format source;
    Conversion conversion; ///< From `source` to `delivered`; an identity if they are the same.
};

/// Knows which format can be turned into which other. There is no global one: make one in main()
/// and hand it to whoever converts. A value.
///
/// Of several chains of steps between two formats it takes a lossless one before any lossy one, then the
/// cheapest, then the shortest, then the one whose steps were added first.
///
/// Thread: safe to read from many threads once filled.
class TELLWIRE_EXPORT FormatRegistry
{
public:
    /// Knows JSON, HTML, URI lists and the text formats of Win32, converted to text and, where nothing has to
    /// be made up, back (text becomes no HTML).
    ///   application/json, text/uri-list          to text
    ///   text/html                                to text, lossy: the markup goes
    ///   CF_UNICODETEXT                           to text and back
    ///   CF_TEXT (taken as code page 1252)        to text and back, back lossy: what the page lacks becomes ?
    static FormatRegistry withStandardConversions();

    /// Adds one step. A later step for the same pair takes the place of the earlier one.
    void addConversion(const Format &from, const Format &to, Converter convert,
                       ConversionOptions options = {});

    /// The same for two types instead of two formats.
    template <Exchangeable From, Exchangeable To>
    void addConversion(std::function<To(const From &)> convert, ConversionOptions options = {})
    {
        const auto convertBytes = [convert = std::move(convert)](const QByteArray &bytes) {
            return FormatOf<From>::decode(bytes).transform(
                [&convert](const From &value) { return FormatOf<To>::encode(convert(value)); });
        };
        addConversion(formatOf<From>(), formatOf<To>(), convertBytes, options);
    }

    /// The best way between the two; an identity if they are the same, empty if there is none. Resolve it
    /// once and keep it where many payloads go the same way.
    std::optional<Conversion> chain(const Format &from, const Format &to) const;

    /// Every format that `from` can become, without itself: lossless ones first, then nearest first.
    QList<Format> reachableFrom(const Format &from) const;

    /// Errors: FormatNotOffered if there is no way, or whatever a step returns.
    Result<Payload> convert(const Payload &payload, const Format &to) const;

    /// Settles how a server that offers some formats (richest first) serves a client that wants others (most
    /// wanted first; an empty list means whatever the server offers first): the first wanted format that is
    /// offered as it is; else the first that can be made without loss; else the first that can be made at
    /// all. Of several offered formats it can be made of, the cheapest way counts, then the richer one.
    std::optional<Agreement> negotiate(const QList<Format> &wanted, const QList<Format> &offered) const;

private:
    struct Route;

    QList<Route> routesFrom(const Format &from, Loss allowed) const;
    std::optional<Conversion> chain(const Format &from, const Format &to, Loss allowed) const;
    std::optional<Conversion> cheapest(const QList<Format> &offered, const Format &to, Loss allowed) const;

    QList<ConversionStep> m_steps;
    QHash<Format, QList<qsizetype>> m_stepsFrom; // Where in m_steps, in order.
};

} // namespace tellwire
