// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/synthesis.h"

#include "clipboard/store/code_pages.h"
#include "clipboard/store/locale_ids.h"
#include "formats/standard_formats.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <utility>

namespace tellwire::store {
namespace {

using Convert = Result<Payload> (*)(const Payload &source, const Format &wanted, const CodePages &pages);

struct Rule
{
    StandardFormat target;
    std::array<StandardFormat, 2> sources; ///< The first one that is there is taken.
    Convert convert;                       ///< Null: listed only.

    Format wanted() const { return standardFormat(target); }
    bool isText() const
    {
        return target == StandardFormat::Text || target == StandardFormat::OemText ||
               target == StandardFormat::UnicodeText;
    }
};

Result<Payload> convertText(const Payload &source, const Format &wanted, const CodePages &pages);

// ddeml-semantics C6, in the order in which they are added, behind CF_LOCALE.
constexpr std::array rules{
    Rule{StandardFormat::Text, {StandardFormat::OemText, StandardFormat::UnicodeText}, convertText},
    Rule{StandardFormat::OemText, {StandardFormat::UnicodeText, StandardFormat::Text}, convertText},
    Rule{StandardFormat::UnicodeText, {StandardFormat::Text, StandardFormat::OemText}, convertText},
    Rule{StandardFormat::MetafilePicture,
         {StandardFormat::EnhancedMetafile, StandardFormat::EnhancedMetafile},
         nullptr},
    Rule{StandardFormat::EnhancedMetafile,
         {StandardFormat::MetafilePicture, StandardFormat::MetafilePicture},
         nullptr},
    Rule{StandardFormat::Bitmap, {StandardFormat::Dib, StandardFormat::DibV5}, nullptr},
    Rule{StandardFormat::Dib, {StandardFormat::Bitmap, StandardFormat::DibV5}, nullptr},
    Rule{StandardFormat::DibV5, {StandardFormat::Bitmap, StandardFormat::Dib}, nullptr},
};

const Rule *ruleFor(const Format &wanted)
{
    const auto *found =
        std::find_if(rules.begin(), rules.end(), [&](const Rule &rule) { return rule.wanted() == wanted; });
    return found == rules.end() ? nullptr : &*found;
}

/// Not one that is made of others itself.
bool hasReal(const BoardState &state, const Format &format)
{
    const StoredFormat *found = state.find(format);
    return found && found->kind != StoredFormat::Kind::Synthesised;
}

/// By Win32's rules alone.
std::optional<Format> win32Source(const BoardState &state, const Rule &rule)
{
    for (const StandardFormat source : rule.sources)
        if (hasReal(state, standardFormat(source)))
            return standardFormat(source);
    return std::nullopt;
}

bool hasWin32Text(const BoardState &state)
{
    return std::any_of(rules.begin(), rules.end(),
                       [&](const Rule &rule) { return rule.isText() && hasReal(state, rule.wanted()); });
}

bool hasRoom(const BoardState &state) { return state.formats.size() < BoardState::maxFormats; }

QByteArray littleEndian(quint32 number)
{
    QByteArray bytes(sizeof number, Qt::Uninitialized);
    qToLittleEndian(number, bytes.data());
    return bytes;
}

/// It is real data, not made when asked for: it stays when the text vanishes.
bool addLocale(BoardState &state)
{
    const Format locale = standardFormat(StandardFormat::Locale);
    if (state.find(locale) || !hasRoom(state) ||
        state.inlineBytes() + qsizetype{sizeof(quint32)} > BoardState::maxInlineBytes)
        return false;
    const quint32 id = state.locale != 0 ? state.locale : systemLocaleId();
    state.formats.append({.format = locale, .kind = StoredFormat::Kind::Inline, .bytes = littleEndian(id)});
    return true;
}

bool addMissing(BoardState &state, const Format &format)
{
    if (state.find(format) || !hasRoom(state))
        return false;
    state.formats.append({.format = format, .kind = StoredFormat::Kind::Synthesised});
    return true;
}

CodePages pagesOf(const BoardState &state)
{
    const StoredFormat *locale = state.find(standardFormat(StandardFormat::Locale));
    const bool isStored = locale && locale->kind == StoredFormat::Kind::Inline &&
                          locale->bytes.size() >= qsizetype{sizeof(quint32)};
    const quint32 id = isStored ? qFromLittleEndian<quint32>(locale->bytes.data()) : state.locale;
    return codePagesOf(id != 0 ? id : systemLocaleId());
}

QString fromUnicodeText(const QByteArray &bytes)
{
    QString text{bytes.size() / 2, Qt::Uninitialized};
    qFromLittleEndian<quint16>(bytes.constData(), text.size(), text.data());
    return text;
}

QByteArray toUnicodeText(QStringView text)
{
    QByteArray bytes(text.size() * 2, Qt::Uninitialized);
    qToLittleEndian<quint16>(text.utf16(), text.size(), bytes.data());
    return bytes;
}

QString decode(const Payload &source, const CodePages &pages)
{
    if (source.format() == standardFormat(StandardFormat::UnicodeText))
        return fromUnicodeText(source.bytes());
    if (source.format() == standardFormat(StandardFormat::Text))
        return decodeCodePage(pages.ansi, source.bytes());
    if (source.format() == standardFormat(StandardFormat::OemText))
        return decodeCodePage(pages.oem, source.bytes());
    return QString::fromUtf8(source.bytes()) + QChar::Null; // Win32's text ends with a terminator.
}

QByteArray encode(const QString &text, const Format &wanted, const CodePages &pages)
{
    if (wanted == standardFormat(StandardFormat::UnicodeText))
        return toUnicodeText(text);
    return encodeCodePage(wanted == standardFormat(StandardFormat::Text) ? pages.ansi : pages.oem, text);
}

Result<Payload> convertText(const Payload &source, const Format &wanted, const CodePages &pages)
{
    const QString text = decode(source, pages);
    if (text.isEmpty())
        return Error{ErrorCode::BadData, QStringLiteral("make %1 of %2: it is shorter than one character")
                                             .arg(wanted.name(), source.format().name())};
    return Payload{wanted, encode(text, wanted, pages)};
}

} // namespace

void addSynthesised(BoardState &state)
{
    if (hasWin32Text(state) && addLocale(state))
        ++state.sequence;
    bool hasAdded = false;
    for (const Rule &rule : rules)
        if (win32Source(state, rule))
            hasAdded = addMissing(state, rule.wanted()) || hasAdded;
    if (hasAdded)
        ++state.sequence;
}

void removeOrphaned(BoardState &state)
{
    // NOLINTNEXTLINE(bugprone-unused-return-value): how many there were matters to nobody.
    state.formats.removeIf([whole = state](const StoredFormat &stored) {
        return stored.kind == StoredFormat::Kind::Synthesised && !sourceOf(whole, stored.format);
    });
}

BoardState withWin32Text(BoardState state)
{
    if (!state.find(Format::text()) || hasWin32Text(state))
        return state;
    addMissing(state, standardFormat(StandardFormat::UnicodeText)); // First, because nothing is lost in it.
    addLocale(state);
    for (const Rule &rule : rules)
        if (rule.isText())
            addMissing(state, rule.wanted());
    return state;
}

std::optional<Format> sourceOf(const BoardState &state, const Format &synthesised)
{
    const Rule *rule = ruleFor(synthesised);
    if (!rule)
        return std::nullopt;
    const std::optional<Format> source = win32Source(state, *rule);
    const bool isMadeOfUtf8 = !source && rule->isText() && hasReal(state, Format::text());
    return isMadeOfUtf8 ? Format::text() : source;
}

bool canSynthesise(const Format &wanted)
{
    const Rule *rule = ruleFor(wanted);
    return rule && rule->convert;
}

Result<Payload> synthesise(const BoardState &state, const Payload &source, const Format &wanted)
{
    const Rule *rule = ruleFor(wanted);
    if (rule && rule->convert)
        return rule->convert(source, wanted, pagesOf(state));
    return Error{ErrorCode::FormatNotOffered, QStringLiteral("make %1 of %2: there is no such synthesis")
                                                  .arg(wanted.name(), source.format().name())};
}

} // namespace tellwire::store
