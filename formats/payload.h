// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/format.h"
#include "formats/result.h"

#include <QByteArray>

#include <concepts>

namespace tellwire {

/// Teaches the library to carry a type of yours. Specialise it with the three members that
/// Exchangeable asks for, or derive from JsonFormat (formats/json_format.h).
template <typename T>
struct FormatOf;

/// What can travel. decode() takes bytes that anybody may have written, and answers BadData if they are
/// wrong.
// Version 14 breaks the shape of a concept:
// clang-format off
template <typename T>
concept Exchangeable = requires(const T &value, const QByteArray &bytes) {
    { FormatOf<T>::format() } -> std::same_as<Format>;
    { FormatOf<T>::encode(value) } -> std::same_as<QByteArray>;
    { FormatOf<T>::decode(bytes) } -> std::same_as<Result<T>>;
};
// clang-format on

template <Exchangeable T>
Format formatOf()
{
    return FormatOf<T>::format();
}

/// Bytes, and the format that says what they mean. A value; copies share the bytes.
class TELLWIRE_EXPORT Payload
{
public:
    Payload(Format format, QByteArray bytes) : m_format(std::move(format)), m_bytes(std::move(bytes)) {}

    template <Exchangeable T>
    static Payload of(const T &value)
    {
        return {FormatOf<T>::format(), FormatOf<T>::encode(value)};
    }

    const Format &format() const noexcept { return m_format; }
    const QByteArray &bytes() const noexcept { return m_bytes; }

    /// Errors: FormatNotOffered if the payload is of another format, BadData if the bytes are bad.
    template <Exchangeable T>
    Result<T> as() const
    {
        if (m_format != FormatOf<T>::format())
            return otherFormatThan(FormatOf<T>::format());
        return FormatOf<T>::decode(m_bytes);
    }

    friend bool operator==(const Payload &, const Payload &) = default;

private:
    Error otherFormatThan(const Format &wanted) const;

    Format m_format;
    QByteArray m_bytes;
};

TELLWIRE_EXPORT QDebug operator<<(QDebug debug, const Payload &payload);

/// QString travels as Format::text(): UTF-8, without a terminator. Bytes that are not UTF-8 are BadData.
template <>
struct TELLWIRE_EXPORT FormatOf<QString>
{
    static Format format();
    static QByteArray encode(const QString &text);
    static Result<QString> decode(const QByteArray &bytes);
};

} // namespace tellwire
