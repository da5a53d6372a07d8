// SPDX-License-Identifier: Apache-2.0
#include "tools/exit_code.h"

#include "tools/output.h"

#include <array>
#include <cstdio>

namespace tellwire::tool {

namespace {

struct Meaning
{
    ErrorCode code;
    int exitCode;
    const char *advice; ///< For the person at the command line; empty where the error's own words say it.
};

constexpr std::array meanings{
    Meaning{ErrorCode::NoSuchService, 10, ""},
    Meaning{ErrorCode::NoSuchTopic, 11, ""},
    Meaning{ErrorCode::NoSuchItem, 12, ""},
    Meaning{ErrorCode::PeerGone, 13, "start it again, and repeat the command"},
    Meaning{ErrorCode::Refused, 14, ""},
    Meaning{ErrorCode::Busy, 75, "try again later"},
    Meaning{ErrorCode::FormatNotOffered, 15, "choose another one with --format; `tellwire list` shows them"},
    Meaning{ErrorCode::Changed, 24, "request it again, and decide anew"},
    Meaning{ErrorCode::TimedOut, 16, "try again, or allow more time with --timeout"},
    Meaning{ErrorCode::Closed, 17, ""},
    Meaning{ErrorCode::Overrun, 18, "leave out --every-update, or read the output faster"},
    Meaning{ErrorCode::ContentGone, 19, ""},
    Meaning{ErrorCode::BadData, 65, ""},
    Meaning{ErrorCode::TooLarge, 20, "send less at once, or raise payloadLimit (docs/configuration.md)"},
    Meaning{ErrorCode::OutOfSpace, 21, "`tellwire doctor` shows what ran out"},
    Meaning{ErrorCode::AccessDenied, 77, "`tellwire doctor` shows which directory and which policy hold"},
    Meaning{ErrorCode::VersionMismatch, 22, "bring both programs to the same version"},
    Meaning{ErrorCode::Corrupted, 23, "`tellwire doctor` shows how to mend it"},
};

const Meaning &meaningOf(ErrorCode code)
{
    for (const Meaning &meaning : meanings)
        if (meaning.code == code)
            return meaning;
    Q_UNREACHABLE();
}

QString inSeconds(std::chrono::milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000.0, 'g', 10);
}

QString adviceFor(const Error &reason)
{
    if (reason.retryAfter.count() > 0)
        return QStringLiteral("try again in %1 s").arg(inSeconds(reason.retryAfter));
    return QLatin1StringView{meaningOf(reason.code).advice};
}

QString withAdvice(const Error &reason)
{
    const QString advice = adviceFor(reason);
    return advice.isEmpty() ? reason.detail : reason.detail + QStringLiteral("; ") + advice;
}

} // namespace

int exitCodeOf(ErrorCode code) { return meaningOf(code).exitCode; }

void complain(const QString &sentence)
{
    const QByteArray line = QByteArrayLiteral("tellwire: ") + inOneLine(sentence).toUtf8() + '\n';
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stderr);
}

int fail(const QString &attempt, const Error &reason)
{
    const bool saysItself = reason.detail.startsWith(attempt);
    complain((saysItself ? QString{} : attempt + QStringLiteral(": ")) + withAdvice(reason));
    return exitCodeOf(reason.code);
}

} // namespace tellwire::tool
