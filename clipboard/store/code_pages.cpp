// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/code_pages.h"

#include "clipboard/store/code_page_720.h"

#include <algorithm>
#include <cerrno>
#include <string>

#include <iconv.h>

namespace tellwire::store {
namespace {

constexpr int arabicOemPage = 720;
constexpr int westernPage = 1252;
constexpr uchar firstOfPage = 0x80; // Below that all pages are ASCII.
constexpr int utf8Page = 65001;
constexpr char16_t replacement = 0xFFFD;
constexpr const char *units = "UTF-16LE";

std::string nameOf(int page) { return page == utf8Page ? "UTF-8" : "CP" + std::to_string(page); }

bool hasSingleBytes(int page) { return page < 932 || (page >= 1250 && page <= 1258); }

/// One direction of one page of the C library.
class Converter
{
public:
    Converter(const std::string &to, const std::string &from)
        : m_handle(::iconv_open(to.c_str(), from.c_str()))
    {}
    ~Converter()
    {
        if (isValid())
            ::iconv_close(m_handle);
    }
    Converter(const Converter &) = delete;
    Converter &operator=(const Converter &) = delete;

    // The C library says "none" by a number in place of an address.
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    bool isValid() const { return m_handle != reinterpret_cast<iconv_t>(-1); }

    /// Converts what it can of `input`, and takes that away. False if it stopped before a character that is
    /// none, or has no counterpart.
    bool convert(QByteArrayView &input, QByteArray &output) { return step(&input, output); }

    /// Some pages hold a letter back until they know that no accent follows.
    void flush(QByteArray &output) { step(nullptr, output); }

private:
    bool step(QByteArrayView *input, QByteArray &output)
    {
        while (true) {
            const qsizetype before = output.size();
            const qsizetype room = std::max<qsizetype>(64, input ? 2 * input->size() : 0);
            output.resize(before + room);
            char *from = input ? const_cast<char *>(input->data()) : nullptr; // iconv() only reads it.
            std::size_t left = input ? static_cast<std::size_t>(input->size()) : 0;
            char *to = output.data() + before;
            auto free = static_cast<std::size_t>(room);
            const std::size_t result = ::iconv(m_handle, input ? &from : nullptr, &left, &to, &free);
            const bool isFull = result == static_cast<std::size_t>(-1) && errno == E2BIG;
            output.resize(before + room - static_cast<qsizetype>(free));
            if (input)
                *input = input->last(static_cast<qsizetype>(left));
            if (!isFull)
                return result != static_cast<std::size_t>(-1);
        }
    }

    iconv_t m_handle;
};

void appendUnit(QByteArray &output, char16_t unit)
{
    output.append(static_cast<char>(unit & 0xFFU));
    output.append(static_cast<char>(unit >> 8U));
}

QString fromUnits(const QByteArray &bytes)
{
    QString text{bytes.size() / 2, Qt::Uninitialized};
    for (qsizetype index = 0; index < text.size(); ++index)
        text[index] = QChar{static_cast<uchar>(bytes[2 * index]), static_cast<uchar>(bytes[(2 * index) + 1])};
    return text;
}

QByteArray toUnits(QStringView text)
{
    QByteArray bytes;
    bytes.reserve(text.size() * 2);
    for (const QChar character : text)
        appendUnit(bytes, character.unicode());
    return bytes;
}

/// True if the byte means nothing in its page, so that it may stand for a control character.
bool isUnassigned(int page, uchar byte)
{
    Converter converter{units, nameOf(page)};
    const auto character = static_cast<char>(byte);
    QByteArrayView input{&character, 1};
    QByteArray output;
    return !converter.convert(input, output);
}

bool isControl(char16_t unit) { return unit >= 0x80 && unit <= 0x9F; }

char substituteFor(int page, char16_t unit)
{
    const bool isByte =
        isControl(unit) && hasSingleBytes(page) && isUnassigned(page, static_cast<uchar>(unit));
    return isByte ? static_cast<char>(unit) : '?';
}

QString decodeArabicOem(QByteArrayView bytes)
{
    QString text{bytes.size(), Qt::Uninitialized};
    std::transform(bytes.cbegin(), bytes.cend(), text.begin(), [](char character) {
        const auto byte = static_cast<uchar>(character);
        return QChar{byte < firstOfPage ? char16_t{byte} : codePage720.at(byte - firstOfPage)};
    });
    return text;
}

QByteArray encodeArabicOem(QStringView text)
{
    QByteArray bytes;
    bytes.reserve(text.size());
    for (qsizetype index = 0; index < text.size(); ++index) {
        const char16_t unit = text[index].unicode();
        const auto *const found = std::find(codePage720.cbegin(), codePage720.cend(), unit);
        if (unit < firstOfPage)
            bytes.append(static_cast<char>(unit));
        else if (found != codePage720.cend())
            bytes.append(static_cast<char>(firstOfPage + (found - codePage720.cbegin())));
        else
            bytes.append('?');
        if (text[index].isHighSurrogate() && index + 1 < text.size() && text[index + 1].isLowSurrogate())
            ++index;
    }
    return bytes;
}

} // namespace

QString decodeCodePage(int page, QByteArrayView bytes)
{
    if (page == arabicOemPage)
        return decodeArabicOem(bytes);
    Converter converter{units, nameOf(page)};
    if (!converter.isValid())
        return page == westernPage ? QString::fromLatin1(bytes) : decodeCodePage(westernPage, bytes);
    QByteArray output;
    while (!converter.convert(bytes, output) && !bytes.isEmpty()) {
        const char16_t byte = static_cast<uchar>(bytes.front());
        appendUnit(output, hasSingleBytes(page) && isControl(byte) ? byte : replacement);
        bytes = bytes.sliced(1);
    }
    converter.flush(output);
    return fromUnits(output);
}

QByteArray encodeCodePage(int page, QStringView text)
{
    if (page == arabicOemPage)
        return encodeArabicOem(text);
    Converter converter{nameOf(page), units};
    if (!converter.isValid())
        return page == westernPage ? text.toLatin1() : encodeCodePage(westernPage, text);
    const QByteArray all = toUnits(text);
    QByteArrayView rest{all};
    QByteArray output;
    while (!converter.convert(rest, output) && !rest.isEmpty()) {
        const qsizetype at = (all.size() - rest.size()) / 2;
        const bool isPair =
            text[at].isHighSurrogate() && at + 1 < text.size() && text[at + 1].isLowSurrogate();
        output.append(substituteFor(page, text[at].unicode()));
        rest = rest.sliced(isPair ? 4 : 2);
    }
    converter.flush(output);
    return output;
}

} // namespace tellwire::store
