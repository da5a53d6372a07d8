// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/code_pages.h"
#include "clipboard/store/locale_ids.h"
#include "conversations/ddeml/program_text.h"
#include "conversations/ddeml/server_text.h"
#include "formats/format_registry.h"
#include "formats/html_reference_p.h"
#include "formats/html_text_p.h"
#include "formats/payload.h"
#include "formats/standard_formats.h"
#include "formats/win32_text_p.h"
#include "tests/fuzz/fuzz_target.h"

using namespace tellwire;

/// Everything that can be made of the bytes, taken as each of the formats with conversions.
TELLWIRE_FUZZ(conversions)
{
    static const FormatRegistry registry = FormatRegistry::withStandardConversions();
    static const QList<Format> formats{Format::json(),
                                       Format::uriList(),
                                       Format::html(),
                                       Format::text(),
                                       standardFormat(StandardFormat::UnicodeText),
                                       standardFormat(StandardFormat::Text)};
    const QByteArray bytes = input.rest();
    for (const Format &from : formats)
        for (const Format &to : registry.reachableFrom(from)) {
            const Result<Payload> converted = registry.convert(Payload{from, bytes}, to);
            fuzz::promise(!converted || converted->format() == to, "a conversion makes what it says");
            if (converted && to == Format::text())
                fuzz::promise(converted->as<QString>().has_value(), "what is made text is text");
        }
}

TELLWIRE_FUZZ(html)
{
    const QString text = input.text();
    const QString words = textOfHtml(text);
    fuzz::promise(words.size() <= 2 * text.size() + 1, "words are no longer than their markup");
    static_cast<void>(characterOfHtmlReference(text));
}

TELLWIRE_FUZZ(win32_text)
{
    const QByteArray bytes = input.rest();
    if (const Result<QString> text = decodeUnicodeText(bytes)) {
        const auto again = encodeUnicodeText(*text).and_then(&decodeUnicodeText);
        fuzz::promise(again && *again == *text, "wide text is read as it was written");
    }
    const auto narrow = encodeCodePage1252(decodeCodePage1252(bytes));
    fuzz::promise(narrow && bytes.startsWith(narrow->chopped(1)),
                  "every byte of narrow text means something");
}

TELLWIRE_FUZZ(code_page)
{
    static constexpr std::array pages{437, 720,  850,  874,  932,  936,   949,
                                      950, 1250, 1252, 1255, 1258, 65001, 7};
    const int page = pages[input.number<quint8>() % pages.size()];
    const auto locale = input.number<quint32>();
    const QByteArray bytes = input.rest();
    const QString text = store::decodeCodePage(page, bytes);
    fuzz::promise(text.size() <= 2 * bytes.size() && text.isValidUtf16(), "a code page gives characters");
    fuzz::promise(store::encodeCodePage(page, text).size() <= 4 * (text.size() + 1), "and takes them");
    fuzz::promise(store::codePagesOf(locale).ansi > 0, "every locale has a code page");
}

/// What the exact face makes of text that a stranger sent.
TELLWIRE_FUZZ(exact_text)
{
    const auto choices = input.number<quint8>();
    const UINT format = (choices & 1U) != 0 ? CF_TEXT : CF_UNICODETEXT;
    const QByteArray bytes = input.rest();
    if (const Result<QByteArray> plain = ddeml::toPlainText(bytes, format))
        fuzz::promise(FormatOf<QString>::decode(*plain).has_value(), "plain text is UTF-8");
    static_cast<void>(ddeml::fromPlainText(bytes, format));
    for (const FormatNumber client : std::initializer_list<FormatNumber>{0, 1, 13})
        static_cast<void>(ddeml::commandFor((choices & 2U) != 0, bytes, client));

    const int codePage = (choices & 4U) != 0 ? CP_WINANSI : CP_WINUNICODE;
    const QByteArray terminated = bytes + QByteArray(4, '\0');
    const QString text = ddeml::textOf(terminated.constData(), codePage);
    fuzz::promise(text.size() <= 256, "a program's text is read so far as a name may be long");
    QByteArray place(64, 'x');
    ddeml::copyText(text, codePage, place.data(), codePage == CP_WINANSI ? 64 : 32);
}
