// SPDX-License-Identifier: Apache-2.0
#include "formats/payload.h"

#include <QDebug>
#include <QStringDecoder>

namespace tellwire {

Error Payload::otherFormatThan(const Format &wanted) const
{
    return {ErrorCode::FormatNotOffered,
            QStringLiteral("this is %1, not %2").arg(m_format.name(), wanted.name())};
}

QDebug operator<<(QDebug debug, const Payload &payload)
{
    const QDebugStateSaver saver{debug};
    debug.noquote().nospace() << payload.format().name() << " (" << payload.size() << " bytes)";
    return debug;
}

Format FormatOf<QString>::format() { return Format::text(); }

QByteArray FormatOf<QString>::encode(const QString &text) { return text.toUtf8(); }

Result<QString> FormatOf<QString>::decode(const QByteArray &bytes)
{
    // Stateless: a character cut off at the end is an error too. A first U+FEFF is text like any other.
    QStringDecoder decoder{QStringDecoder::Utf8,
                           QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom};
    QString text = decoder.decode(bytes);
    if (decoder.hasError())
        return Error{ErrorCode::BadData, QStringLiteral("the text is not valid UTF-8")};
    return text;
}

} // namespace tellwire
