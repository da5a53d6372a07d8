// SPDX-License-Identifier: Apache-2.0
#include "dde/protocol/item_address.h"

namespace tellwire {

namespace {

constexpr QChar serviceEnd = u'|';
constexpr QChar topicEnd = u'!';
constexpr QChar addressQuote = u'\'';

QString quotedIfNeeded(const QString &name)
{
    if (!name.contains(serviceEnd) && !name.contains(topicEnd) && !name.contains(addressQuote))
        return name;
    return addressQuote + QString{name}.replace(addressQuote, QStringLiteral("''")) + addressQuote;
}

/// Reads an address from left to right, one name or separator at a time.
class AddressReader
{
public:
    explicit AddressReader(const QString &text) : m_text(text) {}

    bool atEnd() const { return m_position == m_text.size(); }

    bool skip(QChar separator)
    {
        if (atEnd() || m_text[m_position] != separator)
            return false;
        ++m_position;
        return true;
    }

    template <typename AnyName>
    Result<AnyName> name()
    {
        const Result<QString> text = skip(addressQuote) ? quotedText() : Result<QString>{bareText()};
        if (!text)
            return text.error();
        return AnyName::fromUserText(*text);
    }

    Error expected(const char *what) const
    {
        return Error{
            ErrorCode::BadData,
            QStringLiteral("\"%1\" is no address: at character %2, %3. "
                           "Write Service|Topic!Item, and 'names with | or !' in quotes.")
                .arg(m_text.left(shownLength), QString::number(m_position + 1), QString::fromUtf8(what))};
    }

private:
    static constexpr qsizetype shownLength = 80;

    QString bareText()
    {
        const qsizetype start = m_position;
        while (!atEnd() && m_text[m_position] != serviceEnd && m_text[m_position] != topicEnd)
            ++m_position;
        return m_text.mid(start, m_position - start);
    }

    Result<QString> quotedText()
    {
        QString name;
        while (!atEnd()) {
            if (!skip(addressQuote))
                name += m_text[m_position++];
            else if (skip(addressQuote))
                name += addressQuote;
            else
                return name;
        }
        return expected("the closing ' is missing");
    }

    const QString &m_text;
    qsizetype m_position = 0;
};

} // namespace

Result<PartialAddress> PartialAddress::parse(const QString &text)
{
    AddressReader reader{text};
    const Result<ServiceName> service = reader.name<ServiceName>();
    if (!service)
        return service.error();
    if (reader.atEnd())
        return PartialAddress{*service, {}, {}};

    if (!reader.skip(serviceEnd))
        return reader.expected("a | and a topic are expected after the service");
    const Result<TopicName> topic = reader.name<TopicName>();
    if (!topic)
        return topic.error();
    if (reader.atEnd())
        return PartialAddress{*service, *topic, {}};

    if (!reader.skip(topicEnd))
        return reader.expected("a ! and an item are expected after the topic");
    const Result<ItemName> item = reader.name<ItemName>();
    if (!item)
        return item.error();
    if (!reader.atEnd())
        return reader.expected("the address should end after the item");
    return PartialAddress{*service, *topic, *item};
}

QString PartialAddress::toString() const
{
    QString text = quotedIfNeeded(service.text());
    if (topic)
        text += serviceEnd + quotedIfNeeded(topic->text());
    if (topic && item)
        text += topicEnd + quotedIfNeeded(item->text());
    return text;
}

Result<TopicAddress> TopicAddress::parse(const QString &text)
{
    const Result<PartialAddress> address = PartialAddress::parse(text);
    if (!address)
        return address.error();
    if (!address->topic)
        return Error{ErrorCode::BadData,
                     QStringLiteral("\"%1\" names no topic: write Service|Topic.").arg(text)};
    if (address->item)
        return Error{
            ErrorCode::BadData,
            QStringLiteral("\"%1\" names an item where a topic is meant: write Service|Topic.").arg(text)};
    return TopicAddress{address->service, *address->topic};
}

QString TopicAddress::toString() const { return PartialAddress{service, topic, {}}.toString(); }

Result<ItemAddress> ItemAddress::parse(const QString &text)
{
    const Result<PartialAddress> address = PartialAddress::parse(text);
    if (!address)
        return address.error();
    if (!address->item)
        return Error{ErrorCode::BadData,
                     QStringLiteral("\"%1\" names no item: write Service|Topic!Item.").arg(text)};
    return ItemAddress{address->service, *address->topic, *address->item};
}

QString ItemAddress::toString() const { return PartialAddress{service, topic, item}.toString(); }

} // namespace tellwire
