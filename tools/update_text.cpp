// SPDX-License-Identifier: Apache-2.0
#include "tools/update_text.h"

#include <nlohmann/json.hpp>

#include <QDateTime>
#include <QRegularExpression>
#include <QTimeZone>

#include <array>
#include <cstdlib>

namespace tellwire::tool {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::array qualityNames{QLatin1StringView{"good"}, QLatin1StringView{"uncertain"},
                                  QLatin1StringView{"bad"}, QLatin1StringView{"stale"}};

bool isFormatOfText(const Format &format)
{
    const QString name = format.name().toLower();
    return name.startsWith(QStringLiteral("text/")) || name == Format::json().name() ||
           name.endsWith(QStringLiteral("+json"));
}

nlohmann::json nameOf(const ItemAddress &address)
{
    return {{"address", address.toString().toStdString()}, {"item", address.item.text().toStdString()}};
}

nlohmann::json stampOf(const ItemAddress &address, const Update &update)
{
    nlohmann::json json = nameOf(address);
    json["sequence"] = update.sequence;
    json["sourceTime"] = isoTime(update.sourceTime).toStdString();
    json["quality"] = qualityName(update.quality).toStdString();
    json["missed"] = update.missed;
    if (update.afterGap)
        json["afterGap"] = true;
    return json;
}

} // namespace

QString isoTime(SourceTime time)
{
    const auto exact = std::chrono::floor<microseconds>(time.time_since_epoch());
    const auto whole = std::chrono::floor<milliseconds>(exact);
    const auto rest = (exact - whole).count();
    const QDateTime moment = QDateTime::fromMSecsSinceEpoch(whole.count(), Qt::UTC);
    return moment.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz")) +
           QStringLiteral("%1Z").arg(rest, 3, 10, QLatin1Char('0'));
}

QString timeOfDay(SourceTime time)
{
    const auto sinceEpoch = std::chrono::floor<milliseconds>(time.time_since_epoch());
    return QDateTime::fromMSecsSinceEpoch(sinceEpoch.count()).toString(QStringLiteral("HH:mm:ss.zzz"));
}

std::optional<SourceTime> timeFromIso(const QString &text)
{
    static const QRegularExpression shape{
        QStringLiteral(R"(^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)?$)")};
    const QRegularExpressionMatch match = shape.match(text);
    const QDateTime moment = QDateTime::fromString(match.captured(1) + match.captured(3), Qt::ISODate);
    if (!match.hasMatch() || !moment.isValid())
        return std::nullopt;
    constexpr qint64 latest = std::chrono::floor<milliseconds>(SourceTime::max().time_since_epoch()).count();
    if (std::abs(moment.toMSecsSinceEpoch()) >= latest)
        return std::nullopt; // Nobody's clock can hold it.
    const qint64 fraction = match.captured(2).leftJustified(6, u'0').toLongLong();
    return SourceTime{milliseconds{moment.toMSecsSinceEpoch()} + microseconds{fraction}};
}

QString qualityName(Quality quality)
{
    const auto index = static_cast<std::size_t>(quality);
    return index < qualityNames.size() ? QString{qualityNames[index]}
                                       : QStringLiteral("quality %1").arg(index); // Of a newer program.
}

std::optional<Quality> qualityFromName(const QString &name)
{
    for (std::size_t index = 0; index < qualityNames.size(); ++index)
        if (name.compare(qualityNames[index], Qt::CaseInsensitive) == 0)
            return static_cast<Quality>(index);
    return std::nullopt;
}

std::optional<QString> textOf(const Payload &value)
{
    if (!isFormatOfText(value.format()))
        return std::nullopt;
    const Result<QString> text = FormatOf<QString>::decode(value.bytes());
    return text ? std::optional{*text} : std::nullopt;
}

nlohmann::json toJson(const ItemAddress &address, const Update &update)
{
    nlohmann::json json = stampOf(address, update);
    json["format"] = update.value.format().name().toStdString();
    if (textOf(update.value))
        json["value"] = update.value.bytes().toStdString();
    else
        json["base64"] = update.value.bytes().toBase64().toStdString();
    return json;
}

nlohmann::json toJsonNews(const ItemAddress &address, const Update &news)
{
    nlohmann::json json = stampOf(address, news);
    json["changed"] = true;
    return json;
}

nlohmann::json toJsonStale(const ItemAddress &address, const std::optional<Update> &last,
                           const Staleness &staleness)
{
    nlohmann::json json = last ? toJson(address, *last) : nameOf(address);
    json["quality"] = qualityName(Quality::Stale).toStdString();
    json["staleSince"] = isoTime(staleness.since).toStdString();
    json["reason"] = {{"code", errorName(staleness.reason.code).toStdString()},
                      {"detail", staleness.reason.detail.toStdString()}};
    return json;
}

} // namespace tellwire::tool
