// SPDX-License-Identifier: Apache-2.0
#include "formats/error.h"

#include <QDebug>
#include <QMetaEnum>

namespace tellwire {
namespace {

const char *keyOf(quint16 number) { return QMetaEnum::fromType<ErrorCode>().valueToKey(number); }

} // namespace

QString errorName(ErrorCode code)
{
    const auto number = static_cast<quint16>(code);
    const char *key = keyOf(number);
    return key != nullptr ? QString::fromLatin1(key) : QStringLiteral("ErrorCode %1").arg(number);
}

std::optional<ErrorCode> errorCodeFromNumber(quint16 number)
{
    if (keyOf(number) == nullptr)
        return std::nullopt;
    return static_cast<ErrorCode>(number);
}

bool Error::isTransient() const noexcept
{
    return code == ErrorCode::Busy || code == ErrorCode::TimedOut || code == ErrorCode::OutOfSpace;
}

QDebug operator<<(QDebug debug, const Error &error)
{
    const QDebugStateSaver saver{debug};
    debug.noquote().nospace() << errorName(error.code);
    if (!error.detail.isEmpty())
        debug << ": " << error.detail;
    if (error.applicationCode != 0)
        debug << " (application code " << error.applicationCode << ')';
    if (error.retryAfter.count() > 0)
        debug << " (try again in " << error.retryAfter.count() << " ms)";
    return debug;
}

} // namespace tellwire

#include "moc_error.cpp" // NOLINT(bugprone-suspicious-include): what moc makes.
