// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/service_table.h"

#include "formats/json_format.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace tellwire::protocol {

namespace {

using nlohmann::json;

// Key: service/<folded name>/<peer, 16 hexadecimal digits>/<instance, 8 hexadecimal digits>. A name has no
// slash, so the parts cannot run into each other. Who takes any name has an empty one there.
constexpr QByteArrayView servicePrefix{"service/"};
constexpr qsizetype peerDigits = 16;
constexpr qsizetype instanceDigits = 8;

// What an instance's name adds to the service's: the number of the instance in 16 digits between these two.
constexpr QByteArrayView beforeNumber{"(0x"};
constexpr QByteArrayView afterNumber{")"};
constexpr qsizetype numberDigits = 16;
constexpr qsizetype suffixSize = beforeNumber.size() + numberDigits + afterNumber.size();

constexpr qsizetype maxBodySize = 3000;
constexpr std::size_t maxTopics = 256;
constexpr qsizetype maxProgramLength = 255;

QByteArray hexadecimal(quint64 number, qsizetype digits)
{
    return QByteArray::number(number, 16).rightJustified(digits, '0');
}

QByteArray prefixOf(const ServiceName &name) { return servicePrefix.toByteArray() + name.key() + '/'; }

QByteArray keyOf(const ServiceOffer &offer)
{
    return prefixOf(offer.name) + hexadecimal(offer.peer, peerDigits) + '/' +
           hexadecimal(offer.instance, instanceDigits);
}

json describe(const ServiceOffer &offer)
{
    json described{{"pid", offer.pid},
                   {"program", offer.program.left(maxProgramLength).toStdString()},
                   {"version", offer.version}};
    if (offer.takesAnyName)
        described["anyName"] = true;
    else
        described["name"] = offer.name.text().toStdString();
    return described;
}

json topicsOf(const ServiceOffer &offer)
{
    json topics = json::array();
    for (const TopicName &topic : offer.topics)
        topics.push_back(topic.text().toStdString());
    return topics;
}

QByteArray bodyOf(const ServiceOffer &offer)
{
    const json described = describe(offer);
    if (offer.topics.isEmpty() || offer.topics.size() > qsizetype{maxTopics})
        return printJson(described);
    json withTopics = described;
    withTopics["topics"] = topicsOf(offer);
    const bool fits = printJson(withTopics).size() <= maxBodySize;
    return printJson(fits ? withTopics : described);
}

/// The string under that name; empty if there is none.
QString stringIn(const json &object, const char *member)
{
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? QString::fromStdString(found->get<std::string>())
                                                       : QString{};
}

qint64 numberIn(const json &object, const char *member)
{
    const auto found = object.find(member);
    return found != object.end() && found->is_number_integer() ? found->get<qint64>() : 0;
}

QList<TopicName> topicsIn(const json &object)
{
    QList<TopicName> topics;
    const auto found = object.find("topics");
    if (found == object.end() || !found->is_array() || found->size() > maxTopics)
        return topics;
    for (const json &topic : *found) {
        if (!topic.is_string())
            continue;
        if (Result<TopicName> name =
                TopicName::fromUserText(QString::fromStdString(topic.get<std::string>())))
            topics.append(std::move(name).value());
    }
    return topics;
}

bool isTrueIn(const json &object, const char *member)
{
    const auto found = object.find(member);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// The name of a service, or that it takes any, which must agree with its key.
bool readName(const json &object, const QByteArray &key, ServiceOffer &offer)
{
    offer.takesAnyName = isTrueIn(object, "anyName");
    if (!offer.takesAnyName) {
        Result<ServiceName> name = ServiceName::fromUserText(stringIn(object, "name"));
        if (name)
            offer.name = std::move(name).value();
        return name.has_value();
    }
    return key.startsWith(prefixOf({}));
}

/// The instance that a key ends with, if it is a key of that peer's.
std::optional<std::uint32_t> instanceIn(const QByteArray &key, std::uint64_t peer)
{
    const QByteArray instance = key.right(instanceDigits);
    bool isNumber = false;
    const std::uint32_t number = instance.toUInt(&isNumber, 16);
    const QByteArray expected =
        '/' + hexadecimal(peer, peerDigits) + '/' + hexadecimal(number, instanceDigits);
    if (!isNumber || !key.endsWith(expected))
        return std::nullopt;
    return number;
}

std::optional<ServiceOffer> offerIn(const transport::LogEntry &entry)
{
    const std::optional<std::uint32_t> instance = instanceIn(entry.key, entry.peer);
    if (!instance || entry.peer == 0 || entry.body.size() > maxBodySize)
        return std::nullopt;
    const Result<json> body = parseJson(entry.body);
    if (!body || !body->is_object())
        return std::nullopt;
    ServiceOffer offer{.peer = entry.peer,
                       .instance = *instance,
                       .name = {},
                       .program = stringIn(*body, "program").left(maxProgramLength),
                       .pid = numberIn(*body, "pid"),
                       .topics = topicsIn(*body),
                       .version = numberIn(*body, "version")};
    if (!readName(*body, entry.key, offer))
        return std::nullopt;
    return offer;
}

/// Offers of one program, or of one instance number, never meet. Source: the finalizer of SplitMix64.
quint64 instanceNumber(const ServiceOffer &offer)
{
    quint64 mixed = offer.peer + offer.instance * quint64{0x9E3779B97F4A7C15};
    mixed = (mixed ^ (mixed >> 30)) * quint64{0xBF58476D1CE4E5B9};
    mixed = (mixed ^ (mixed >> 27)) * quint64{0x94D049BB133111EB};
    return mixed ^ (mixed >> 31);
}

QList<ServiceOffer> offersUnder(const transport::LogState &state, QByteArrayView prefix)
{
    QList<ServiceOffer> offers;
    for (const transport::LogEntry &entry : state.withPrefix(prefix))
        if (std::optional<ServiceOffer> offer = offerIn(entry))
            offers.append(*std::move(offer));
    return offers;
}

/// The one offer whose instance has that name.
QList<ServiceOffer> instanceNamed(const transport::LogState &state, const ServiceName &name)
{
    const QByteArrayView key = name.key();
    if (key.size() <= suffixSize || !key.last(suffixSize).startsWith(beforeNumber))
        return {};
    const QByteArray service = key.chopped(suffixSize).toByteArray();
    QList<ServiceOffer> offers = offersUnder(state, servicePrefix.toByteArray() + service + '/');
    offers.removeIf([&](const ServiceOffer &offer) { return instanceName(offer) != name; });
    return offers;
}

} // namespace

ServiceName instanceName(const ServiceOffer &offer)
{
    const QString name = offer.name.text();
    if (offer.takesAnyName || name.size() > maxNameLength - suffixSize)
        return {};
    const QByteArray suffix = beforeNumber.toByteArray() + hexadecimal(instanceNumber(offer), numberDigits) +
                              afterNumber.toByteArray();
    return ServiceName{name + QString::fromLatin1(suffix)};
}

transport::LogChange registration(const ServiceOffer &offer)
{
    return {
        .operation = transport::LogOperation::Put, .key = keyOf(offer), .body = bodyOf(offer), .bound = true};
}

transport::LogChange withdrawal(const ServiceOffer &offer)
{
    return {.operation = transport::LogOperation::Drop, .key = keyOf(offer)};
}

QList<ServiceOffer> servicesNamed(const transport::LogState &state, const ServiceName &name)
{
    QList<ServiceOffer> offers = offersUnder(state, prefixOf(name));
    if (offers.isEmpty())
        offers = instanceNamed(state, name);
    return offers + servicesOfAnyName(state);
}

QList<ServiceOffer> servicesOfAnyName(const transport::LogState &state)
{
    QList<ServiceOffer> offers = offersUnder(state, prefixOf({}));
    offers.removeIf([](const ServiceOffer &offer) { return !offer.takesAnyName; });
    return offers;
}

QList<ServiceOffer> allServices(const transport::LogState &state)
{
    QList<ServiceOffer> offers = offersUnder(state, servicePrefix);
    offers.removeIf([](const ServiceOffer &offer) { return offer.takesAnyName; });
    return offers;
}

bool mayChangeServices(const transport::LogRecord &record)
{
    using transport::LogOperation;
    return record.operation == LogOperation::Leave || record.operation == LogOperation::Generation ||
           record.key.startsWith(servicePrefix);
}

} // namespace tellwire::protocol
