// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/bytes.h"
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
///
/// A large value that came from another program may still lie in that program's memory, which is kept there
/// for as long as a copy of this object is.
///
/// Thread: any, as other values.
class TELLWIRE_EXPORT Payload
{
public:
    Payload(Format format, QByteArray bytes) : m_format(std::move(format)), m_bytes(std::move(bytes)) {}

    template <std::same_as<Bytes> AnyBytes>
    Payload(Format format, AnyBytes bytes) : m_format(std::move(format)),
                                             m_bytes(std::move(bytes))
    {}

    template <Exchangeable T>
    static Payload of(const T &value)
    {
        return {FormatOf<T>::format(), FormatOf<T>::encode(value)};
    }

    const Format &format() const noexcept { return m_format; }

    /// Private bytes, which nobody changes. The first call copies what lies in the memory of another program.
    const QByteArray &bytes() const { return m_bytes.array(); }

    /// The bytes where they are, without a copy; valid as long as this object, or a copy of it. In the memory
    /// of another program they can change, should that program break the rules, and do change after the
    /// session or the connection has ended: go through them once, from one end to the other, and believe
    /// nothing. To take them apart use bytes().
    QByteArrayView view() const { return m_bytes.view(); }
    qsizetype size() const noexcept { return m_bytes.size(); }

    /// Errors: FormatNotOffered if the payload is of another format, BadData if the bytes are bad.
    template <Exchangeable T>
    Result<T> as() const
    {
        if (m_format != FormatOf<T>::format())
            return otherFormatThan(FormatOf<T>::format());
        return FormatOf<T>::decode(bytes());
    }

    friend bool operator==(const Payload &, const Payload &) = default;

private:
    Error otherFormatThan(const Format &wanted) const;

    Format m_format;
    Bytes m_bytes;
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
