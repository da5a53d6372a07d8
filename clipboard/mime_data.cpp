// SPDX-License-Identifier: Apache-2.0
#include "clipboard/mime_data.h"

#include "dde/transport/reply_promise.h"

#include <QMimeData>

#include <optional>

namespace tellwire {
namespace {

QString plainText() { return QStringLiteral("text/plain"); }

/// QMimeData::hasText() knows the bare name only.
QString mimeNameOf(const Format &format)
{
    return format == Format::text() ? plainText() : format.mimeName();
}

/// Collects what comes, in whatever order.
struct Collection
{
    std::shared_ptr<QMimeData> data = std::make_shared<QMimeData>();
    ReplyPromise<std::shared_ptr<QMimeData>> answer;
    std::optional<Error> firstError;
    qsizetype awaited = 0;

    void take(const QString &name, const Result<Payload> &got)
    {
        if (got)
            data->setData(name, got->bytes());
        else if (!firstError)
            firstError = got.error();
        if (--awaited == 0)
            finish();
    }

    void finish() const
    {
        if (data->formats().isEmpty() && firstError)
            return answer.finish(*firstError);
        answer.finish(data);
    }
};

Format formatNamed(const Format &named)
{
    static const Format bareText{plainText()};
    return named == bareText ? Format::text() : named;
}

QByteArray bytesIn(const QMimeData &data, const QString &name, const Format &format)
{
    if (format == Format::text())
        return data.text().toUtf8();
    return format == Format::html() ? data.html().toUtf8() : data.data(name);
}

} // namespace

Reply<std::shared_ptr<QMimeData>> toMimeData(const Clipboard &clipboard)
{
    const auto collection = std::make_shared<Collection>();
    QList<std::pair<QString, Format>> wanted;
    QStringList names;
    const QList<Format> formats = clipboard.formats();
    for (const Format &format : formats)
        if (const QString name = mimeNameOf(format); !name.isEmpty() && !names.contains(name)) {
            names.append(name);
            wanted.append({name, format});
        }
    collection->awaited = wanted.size();
    if (wanted.isEmpty())
        collection->finish();
    for (const auto &[name, format] : std::as_const(wanted))
        clipboard.get(format).then(
            [collection, name = name](const Result<Payload> &got) { collection->take(name, got); });
    return collection->answer.reply();
}

Offer fromMimeData(const QMimeData &data)
{
    Offer offer;
    const QStringList names = data.formats();
    for (const QString &name : names) {
        const Result<Format> named = Format::fromName(name);
        if (!named)
            continue;
        const Format format = formatNamed(*named);
        const QByteArray bytes = bytesIn(data, name, format);
        if (!bytes.isEmpty()) // A format of Qt's own, an image for instance, has none without Qt Gui.
            offer.add(Payload{format, bytes});
    }
    return offer;
}

} // namespace tellwire
