// SPDX-License-Identifier: Apache-2.0
#include "clipboard/board_name.h"
#include "conversations/name_pattern.h"
#include "dde/protocol/names.h"
#include "formats/format.h"
#include "formats/format_names.h"
#include "formats/payload.h"
#include "formats/standard_formats.h"
#include "formats/win32_format_numbers.h"
#include "tests/fuzz/fuzz_target.h"

using namespace tellwire;

namespace {

template <typename AnyName>
void checkName(const QString &text)
{
    const Result<AnyName> name = AnyName::fromUserText(text);
    if (!name)
        return;
    fuzz::promise(name->text() == text, "a name keeps its spelling");
    const Result<QString> arrived = FormatOf<QString>::decode(FormatOf<QString>::encode(text));
    const Result<AnyName> again = AnyName::fromUserText(arrived.value_or({}));
    fuzz::promise(again && *again == *name, "a name stays the same on its way as UTF-8");
}

void checkFormat(const Result<Format> &format)
{
    if (!format)
        return;
    const Result<Format> again = Format::fromName(format->name());
    fuzz::promise(again && *again == *format, "a format is known by its name");
    const std::optional<FormatNumber> number = fixedNumber(*format);
    fuzz::promise(!number || formatWithFixedNumber(*number) == *format,
                  "a fixed number stands for one format");
    static_cast<void>(format->mimeName());
}

void checkRegistered(const QString &text)
{
    const Result<Format> format = exact::registeredFormat(text);
    if (!format)
        return;
    fuzz::promise(exact::registeredName(*format) == text, "a registered format keeps its name");
    LocalFormatNames names;
    const Result<quint32> number = exact::numberOf(names, *format);
    fuzz::promise(number && exact::formatOf(names, *number) == *format, "its number stands for it");
}

} // namespace

TELLWIRE_FUZZ(name)
{
    const QString text = input.text();
    checkName<ServiceName>(text);
    checkName<TopicName>(text);
    checkName<ItemName>(text);
    checkName<BoardName>(text);
    checkFormat(Format::fromName(text));
    checkFormat(Format::fromUserText(text));
    checkRegistered(text);
}

/// A pattern, and behind a line end the name it is held against.
TELLWIRE_FUZZ(name_pattern)
{
    const QString both = input.text();
    const NamePattern pattern{both.section(u'\n', 0, 0)};
    const QString name = both.section(u'\n', 1);
    static_cast<void>(pattern.fits(foldedKey(name)));
    fuzz::promise(NamePattern{QStringLiteral("*")}.fits(foldedKey(name)), "a star fits every name");
}
