// SPDX-License-Identifier: Apache-2.0
#include "demos/host_metrics/proc_text.h"

#include <QFile>

#include <algorithm>
#include <charconv>
#include <cmath>

using namespace tellwire;

namespace host_metrics {
namespace {

constexpr qsizetype longestQuotation = 60;

template <typename Number>
std::optional<Number> number(QByteArrayView field)
{
    Number value{};
    const auto [end, problem] = std::from_chars(field.begin(), field.end(), value);
    if (problem != std::errc{} || end != field.end())
        return std::nullopt;
    return value;
}

bool isBlank(char character) { return character == ' ' || character == '\t'; }

} // namespace

QList<QByteArrayView> linesOf(QByteArrayView text)
{
    QList<QByteArrayView> lines;
    while (!text.isEmpty()) {
        const qsizetype newline = text.indexOf('\n');
        const qsizetype length = newline < 0 ? text.size() : newline;
        if (length > 0)
            lines.append(text.first(length));
        text = text.sliced(newline < 0 ? length : length + 1);
    }
    return lines;
}

QList<QByteArrayView> fieldsOf(QByteArrayView line)
{
    QList<QByteArrayView> fields;
    const char *next = line.begin();
    while (next != line.end()) {
        const char *begin = std::find_if_not(next, line.end(), isBlank);
        next = std::find_if(begin, line.end(), isBlank);
        if (begin != next)
            fields.append(QByteArrayView{begin, next});
    }
    return fields;
}

std::optional<Halves> partedAt(char character, QByteArrayView text)
{
    const qsizetype position = text.indexOf(character);
    if (position < 0)
        return std::nullopt;
    return Halves{text.first(position).trimmed(), text.sliced(position + 1).trimmed()};
}

std::optional<quint64> wholeNumber(QByteArrayView field) { return number<quint64>(field); }

std::optional<double> decimalNumber(QByteArrayView field)
{
    const std::optional<double> value = number<double>(field);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<QList<quint64>> wholeNumbers(const QList<QByteArrayView> &fields, qsizetype first,
                                           qsizetype count)
{
    if (fields.size() < first + count)
        return std::nullopt;
    QList<quint64> numbers;
    for (const QByteArrayView field : fields.sliced(first, count)) {
        const std::optional<quint64> value = wholeNumber(field);
        if (!value)
            return std::nullopt;
        numbers.append(*value);
    }
    return numbers;
}

Error notUnderstood(const char *file, QByteArrayView line)
{
    return {ErrorCode::BadData,
            QStringLiteral("read %1: cannot understand \"%2\"")
                .arg(QString::fromLocal8Bit(file),
                     QString::fromLocal8Bit(line.first(std::min(line.size(), longestQuotation))))};
}

Result<QByteArray> contentOf(const char *file)
{
    QFile opened{QString::fromLocal8Bit(file)};
    if (!opened.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NoSuchItem,
                     QStringLiteral("read %1: %2").arg(opened.fileName(), opened.errorString())};
    return opened.readAll();
}

} // namespace host_metrics
