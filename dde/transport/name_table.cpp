// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/name_table.h"

#include "formats/json_format.h"

#include <nlohmann/json.hpp>

namespace tellwire::transport {

namespace {

constexpr QByteArrayView keyPrefix = "format/";

QByteArray keyOf(const Format &format) { return keyPrefix.toByteArray() + format.foldedName().toUtf8(); }

QByteArray bodyOf(const Format &format)
{
    return printJson({{"name", format.name().toStdString()}, {"mime", format.mimeName().toStdString()}});
}

std::optional<Format> formatFrom(const LogEntry &entry)
{
    const auto json = parseJson(entry.body);
    if (!json || !json->is_object() || !json->contains("name") || !json->at("name").is_string())
        return std::nullopt;
    const auto format = Format::fromName(QString::fromStdString(json->at("name").get<std::string>()));
    return format ? std::optional(*format) : std::nullopt;
}

} // namespace

NameTable::NameTable(SessionLog &log) : m_log(log) {}

Result<FormatNumber> NameTable::number(const Format &format)
{
    if (const auto number = known(format))
        return *number;
    if (m_formats.size() < maxRegisteredFormats) {
        const LogChange addition{
            .operation = LogOperation::Add, .key = keyOf(format), .body = bodyOf(format)};
        if (auto added = m_log.change(addition); !added)
            return std::move(added).error();
    }
    if (const auto number = known(format))
        return *number;
    return Error{ErrorCode::OutOfSpace,
                 QStringLiteral("register %1: all numbers are taken").arg(format.name())};
}

std::optional<Format> NameTable::format(FormatNumber number) const
{
    const qsizetype index = qsizetype{number} - firstRegisteredFormat;
    if (index < 0)
        return formatWithFixedNumber(number);
    forgetIfVoid();
    if (index >= m_formats.size())
        readOn();
    return index < m_formats.size() ? m_formats[index] : std::nullopt;
}

QList<Format> NameTable::all() const
{
    forgetIfVoid();
    readOn();
    QList<Format> formats;
    for (const auto &format : m_formats) {
        if (format)
            formats.append(*format);
    }
    return formats;
}

std::optional<FormatNumber> NameTable::known(const Format &format) const
{
    forgetIfVoid();
    if (m_lastKnown && m_lastKnown->first == format)
        return m_lastKnown->second;
    const std::optional<FormatNumber> fixed = fixedNumber(format);
    const std::optional<FormatNumber> number = fixed ? fixed : registered(format);
    if (number)
        m_lastKnown.emplace(format, *number);
    return number;
}

std::optional<FormatNumber> NameTable::registered(const Format &format) const
{
    if (!m_numbers.contains(format))
        readOn();
    const auto found = m_numbers.constFind(format);
    return found != m_numbers.constEnd() ? std::optional(*found) : std::nullopt;
}

// A damaged log may have been restored from the memory of a process that knew other formats.
void NameTable::forgetIfVoid() const
{
    if (m_restarts == m_log.restarts())
        return;
    m_restarts = m_log.restarts();
    m_nextOrder = 0;
    m_formats.clear();
    m_numbers.clear();
    m_lastKnown.reset();
}

// New keys come behind the old ones, so what was read stays where it is.
void NameTable::readOn() const
{
    if (m_nextOrder == m_log.state().nextOrder())
        return;
    const QList<LogEntry> entries = m_log.state().withPrefixFrom(keyPrefix, m_nextOrder);
    m_nextOrder = m_log.state().nextOrder();
    for (const LogEntry &entry : entries) {
        if (m_formats.size() == maxRegisteredFormats)
            return;
        const auto number = static_cast<FormatNumber>(firstRegisteredFormat + m_formats.size());
        m_formats.append(formatFrom(entry));
        if (const auto &format = m_formats.constLast(); format && !m_numbers.contains(*format))
            m_numbers.insert(*format, number);
    }
}

} // namespace tellwire::transport
