// SPDX-License-Identifier: Apache-2.0
#include "tools/published_line.h"

#include "formats/json_format.h"
#include "tools/update_text.h"

#include <array>
#include <string_view>

namespace tellwire::tool {

namespace {

Error bad(const QString &sentence) { return {ErrorCode::BadData, sentence}; }

QString textFrom(const std::string &text) { return QString::fromStdString(text); }

/// Numbers and truth values as JSON writes them; structures as JSON and as text.
Result<QList<Payload>> valuesOf(const QString &name, const nlohmann::json &value)
{
    if (value.is_null())
        return bad(QStringLiteral("%1 has no value: null").arg(name));
    if (value.is_string())
        return QList{Payload{Format::text(), QByteArray::fromStdString(value.get<std::string>())}};
    const QByteArray printed = printJson(value);
    if (value.is_structured())
        return QList{Payload{Format::json(), printed}, Payload{Format::text(), printed}};
    return QList{Payload{Format::text(), printed}};
}

Result<QByteArray> bytesFromBase64(const nlohmann::json &encoded)
{
    const auto decoded =
        encoded.is_string()
            ? QByteArray::fromBase64Encoding(QByteArray::fromStdString(encoded.get<std::string>()),
                                             QByteArray::Base64Encoding |
                                                 QByteArray::AbortOnBase64DecodingErrors)
            : QByteArray::FromBase64Result{{}, QByteArray::Base64DecodingStatus::IllegalCharacter};
    if (!decoded)
        return bad(QStringLiteral("base64 must be a string of base64"));
    return *decoded;
}

/// The string under that name; empty if there is none.
Result<std::optional<QString>> stringIn(const nlohmann::json &object, const char *member)
{
    const auto found = object.find(member);
    if (found == object.end())
        return std::optional<QString>{};
    if (!found->is_string())
        return bad(QStringLiteral("%1 must be a string").arg(QLatin1StringView{member}));
    return std::optional{textFrom(found->get<std::string>())};
}

Result<QList<Payload>> valuesIn(const nlohmann::json &update, const QString &name)
{
    const Result<std::optional<QString>> formatName = stringIn(update, "format");
    if (!formatName)
        return formatName.error();
    const Result<Format> format =
        *formatName ? Format::fromUserText(**formatName) : Result<Format>{Format::text()};
    if (!format)
        return format.error();
    if (update.contains("base64"))
        return bytesFromBase64(update.at("base64")).transform([&](const QByteArray &bytes) {
            return QList{Payload{*format, bytes}};
        });
    Result<QList<Payload>> values = valuesOf(name, update.at("value"));
    if (!values || !*formatName)
        return values;
    return QList{Payload{*format, values->constFirst().bytes()}};
}

Result<ItemStatus> statusIn(const nlohmann::json &update)
{
    ItemStatus status;
    const Result<std::optional<QString>> quality = stringIn(update, "quality");
    if (!quality)
        return quality.error();
    if (*quality) {
        const std::optional<Quality> known = qualityFromName(**quality);
        if (!known)
            return bad(QStringLiteral("quality is good, uncertain, bad or stale, not \"%1\"").arg(**quality));
        status.quality = *known;
    }
    const Result<std::optional<QString>> time =
        stringIn(update, update.contains("time") ? "time" : "sourceTime");
    if (!time)
        return time.error();
    if (*time) {
        status.sourceTime = timeFromIso(**time);
        if (!status.sourceTime)
            return bad(QStringLiteral("time is written 2026-01-31T12:00:00.123456Z, not \"%1\"").arg(**time));
    }
    return status;
}

Result<void> checkMembers(const nlohmann::json &update)
{
    // From address on, they are what `watch --json` says besides.
    static constexpr std::array<std::string_view, 13> known{
        "item",    "value",    "base64", "format",   "quality",    "time",  "sourceTime",
        "address", "sequence", "missed", "afterGap", "staleSince", "reason"};
    for (const auto &[name, value] : update.items())
        if (std::find(known.begin(), known.end(), name) == known.end())
            return bad(QStringLiteral("an update has no member \"%1\"").arg(textFrom(name)));
    if (update.contains("value") && update.contains("base64"))
        return bad(QStringLiteral("value and base64 exclude each other"));
    return {};
}

Result<QList<ItemValue>> readUpdate(const nlohmann::json &update)
{
    if (const Result<void> checked = checkMembers(update); !checked)
        return checked.error();
    const Result<std::optional<QString>> text = stringIn(update, "item");
    if (!text)
        return text.error();
    const Result<ItemName> item = ItemName::fromUserText(**text);
    if (!item)
        return item.error();
    const Result<QList<Payload>> values = valuesIn(update, item->text());
    if (!values)
        return values.error();
    return statusIn(update).transform([&](const ItemStatus &status) {
        return QList{ItemValue{*item, *values, status}};
    });
}

Result<QList<ItemValue>> readItems(const nlohmann::json &items)
{
    QList<ItemValue> all;
    for (const auto &[name, value] : items.items()) {
        const Result<ItemName> item = ItemName::fromUserText(textFrom(name));
        if (!item)
            return item.error();
        const Result<QList<Payload>> values = valuesOf(item->text(), value);
        if (!values)
            return values.error();
        all.append({.item = *item, .sameValue = *values});
    }
    return all;
}

Result<QList<ItemValue>> readJson(const QByteArray &line)
{
    const Result<nlohmann::json> parsed = parseJson(line);
    if (!parsed)
        return bad(QStringLiteral("the JSON cannot be read: %1").arg(parsed.error().detail));
    const bool isUpdate =
        parsed->contains("item") && (parsed->contains("value") || parsed->contains("base64"));
    return isUpdate ? readUpdate(*parsed) : readItems(*parsed);
}

Result<QList<ItemValue>> readAssignment(const QByteArray &line)
{
    const qsizetype equals = line.indexOf('=');
    if (equals < 0)
        return bad(QStringLiteral("item=value or a JSON object is expected, not \"%1\"")
                       .arg(QString::fromUtf8(line.left(80))));
    const Result<QString> name = FormatOf<QString>::decode(line.left(equals));
    const QByteArray value = line.mid(equals + 1);
    if (!name || !FormatOf<QString>::decode(value))
        return bad(QStringLiteral("it is not UTF-8 text; write other data as JSON with base64"));
    if (name->trimmed().isEmpty())
        return bad(QStringLiteral("an item is missing before the ="));
    return ItemName::fromUserText(name->trimmed()).transform([&](const ItemName &item) {
        return QList{ItemValue{item, {Payload{Format::text(), value}}}};
    });
}

} // namespace

Result<QList<ItemValue>> readPublishedLine(const QByteArray &line)
{
    return line.trimmed().startsWith('{') ? readJson(line) : readAssignment(line);
}

QByteArray toPublishedLine(const ItemName &item, const Payload &value)
{
    const QString name = item.text();
    const bool isPlain = value.format() == Format::text() && tool::textOf(value) &&
                         !value.bytes().contains('\n') && !name.contains(u'=') && !name.contains(u'\n') &&
                         !name.startsWith(u'{') && name == name.trimmed();
    if (isPlain)
        return name.toUtf8() + '=' + value.bytes();
    nlohmann::json line{{"item", name.toStdString()}, {"format", value.format().name().toStdString()}};
    if (tool::textOf(value))
        line["value"] = value.bytes().toStdString();
    else
        line["base64"] = value.bytes().toBase64().toStdString();
    return printJson(line);
}

} // namespace tellwire::tool
