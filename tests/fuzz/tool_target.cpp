// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/source_time.h"
#include "tests/fuzz/fuzz_target.h"
#include "tools/clipboard_file.h"
#include "tools/monitor_lines.h"
#include "tools/output.h"
#include "tools/published_line.h"
#include "tools/update_text.h"

#include <QBuffer>

#include <algorithm>

using namespace tellwire;

namespace {

bool isHarmless(const QString &line)
{
    return std::ranges::none_of(line, [](QChar unit) {
        return unit.category() == QChar::Other_Control || unit.category() == QChar::Separator_Line ||
               unit.category() == QChar::Separator_Paragraph;
    });
}

void checkPublished(const ItemValue &value)
{
    for (const Payload &payload : value.sameValue) {
        const auto again = tool::readPublishedLine(tool::toPublishedLine(value.item, payload));
        fuzz::promise(again && again->size() == 1 && again->constFirst().item == value.item &&
                          again->constFirst().sameValue.constFirst().bytes() == payload.bytes(),
                      "a published line is read as it was written");
    }
}

} // namespace

TELLWIRE_FUZZ(published_line)
{
    if (const auto values = tool::readPublishedLine(input.rest()))
        for (const ItemValue &value : *values)
            checkPublished(value);
}

TELLWIRE_FUZZ(saved_clipboard)
{
    QByteArray bytes = input.rest();
    QBuffer file{&bytes};
    file.open(QIODevice::ReadOnly);
    const Result<QList<Payload>> saved = tool::readSaved(file, quint64{1} << 20);
    if (!saved)
        return;
    QList<tool::SavedFormat> formats;
    QByteArray again;
    for (const Payload &payload : *saved) {
        formats.append({payload.format(), payload.bytes().size()});
        again += payload.bytes();
    }
    fuzz::promise(bytes.endsWith(again), "all that was saved is read");
    again.prepend(tool::savedHeader(formats));
    QBuffer rewritten{&again};
    rewritten.open(QIODevice::ReadOnly);
    const Result<QList<Payload>> reread = tool::readSaved(rewritten, quint64{1} << 20);
    fuzz::promise(reread && *reread == *saved, "a saved clipboard is read as it was written");
}

/// A text of a stranger on somebody's terminal.
TELLWIRE_FUZZ(terminal_text)
{
    const auto most = input.number<quint8>();
    const QString text = input.text();
    fuzz::promise(isHarmless(tool::inOneLine(text)), "a line does nothing to a terminal");
    const QString cut = tool::inOneLine(text, most);
    fuzz::promise(isHarmless(cut) && tool::columnsOf(cut) <= most, "a line that is cut is as short as asked");
    tool::Table table{{text, QStringLiteral("b")}};
    table.add({QStringLiteral("a"), text});
    fuzz::promise(table.lines(most).size() == 2 && table.text().count('\n') == 2, "a row takes one line");
}

/// A time and a quality as text, and a time as a stranger's number.
TELLWIRE_FUZZ(update_text)
{
    const SourceTime time = engine::fromMicroseconds(input.number<qint64>());
    const QString shown = tool::isoTime(time) + tool::timeOfDay(time);
    fuzz::promise(!shown.isEmpty(), "every time can be shown");
    const QString text = input.text();
    if (const auto read = tool::timeFromIso(text))
        fuzz::promise(tool::timeFromIso(tool::isoTime(*read)) == read, "a time is read as it was written");
    if (const auto quality = tool::qualityFromName(text))
        fuzz::promise(tool::qualityName(*quality).compare(text, Qt::CaseInsensitive) == 0,
                      "a quality is read as it was written");
    static_cast<void>(tool::monitorKindsFrom(text));
}
