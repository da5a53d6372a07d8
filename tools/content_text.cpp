// SPDX-License-Identifier: Apache-2.0
#include "tools/content_text.h"

#include "tools/exit_code.h"
#include "tools/output.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tellwire::tool {

namespace {

bool isText(const Format &format)
{
    const QString name = format.name().toLower();
    return name.startsWith(QStringLiteral("text/plain")) || name == QStringLiteral("utf8_string");
}

QString adviceAboutContent(const Error &reason)
{
    switch (reason.code) {
    case ErrorCode::FormatNotOffered:
        return reason.detail; // Which says what is there.
    case ErrorCode::Changed:
        return reason.detail + QStringLiteral("; look at it again, and decide anew");
    case ErrorCode::PeerGone:
        return reason.detail + QStringLiteral("; copy it again");
    case ErrorCode::TooLarge:
        return reason.detail + QStringLiteral("; raise clipboardLimit (docs/configuration.md)");
    default:
        return {};
    }
}

} // namespace

QList<Format> textsOf(const ClipboardContent &content)
{
    QList<Format> texts{Format::text()};
    for (const ContentFormat &format : content.formats())
        if (isText(format.format) && !texts.contains(format.format))
            texts.append(format.format);
    return texts;
}

QStringList namesOfOffered(const ClipboardContent &content)
{
    QStringList names;
    for (const ContentFormat &format : content.formats())
        if (format.source != ContentFormat::Source::Converted)
            names.append(inOneLine(format.format.name()));
    return names;
}

QString sourceName(ContentFormat::Source source)
{
    switch (source) {
    case ContentFormat::Source::Stored:
        return QStringLiteral("stored");
    case ContentFormat::Source::Delayed:
        return QStringLiteral("delayed");
    case ContentFormat::Source::Converted:
        break;
    }
    return QStringLiteral("converted");
}

QString describe(const ContentOwner &owner)
{
    if (owner.pid < 0)
        return {};
    return QStringLiteral("%1 (process %2, user %3)")
        .arg(inOneLine(owner.program))
        .arg(owner.pid)
        .arg(owner.uid);
}

nlohmann::json toJson(const BoardName &board, const ClipboardContent &content)
{
    nlohmann::json json{{"board", board.text().toStdString()}, {"sequence", content.sequenceNumber()}};
    if (content.time().isValid())
        json["time"] = content.time().toString(Qt::ISODateWithMs).toStdString();
    if (const ContentOwner owner = content.owner(); owner.pid >= 0)
        json["owner"] = {{"program", owner.program.toStdString()}, {"pid", owner.pid}, {"uid", owner.uid}};
    json["formats"] = nlohmann::json::array();
    for (const ContentFormat &format : content.formats()) {
        nlohmann::json described{{"name", format.format.name().toStdString()},
                                 {"source", sourceName(format.source).toStdString()}};
        if (format.sizeInBytes)
            described["size"] = *format.sizeInBytes;
        json["formats"].push_back(described);
    }
    return json;
}

int failAtBoard(const QString &attempt, const Error &reason)
{
    const QString sentence = adviceAboutContent(reason);
    if (sentence.isEmpty())
        return fail(attempt, reason);
    complain(attempt + QStringLiteral(": ") + sentence);
    return exitCodeOf(reason.code);
}

} // namespace tellwire::tool
