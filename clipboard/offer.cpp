// SPDX-License-Identifier: Apache-2.0
#include "clipboard/offer.h"

#include "dde/transport/reply_promise.h"

#include <algorithm>

namespace tellwire {

Offer &Offer::set(Entry entry)
{
    const auto known = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const Entry &other) { return other.format == entry.format; });
    if (known == m_entries.end())
        m_entries.append(std::move(entry));
    else
        *known = std::move(entry);
    return *this;
}

Offer &Offer::add(const Payload &payload) { return set({.format = payload.format(), .payload = payload}); }

Offer &Offer::addFile(const Format &format, const FilePart &file)
{
    Q_ASSERT_X(file.offset >= 0 && file.size >= 0, "Offer::addFile", "there is no such part of a file");
    return set({.format = format, .file = file});
}

Offer &Offer::addDelayed(const Format &format, Renderer render)
{
    Q_ASSERT_X(render, "Offer::addDelayed", "there is no renderer");
    return addDelayed(format, LaterRenderer{[render = std::move(render)] {
                          const ReplyPromise<Payload> promise;
                          promise.finish(render());
                          return promise.reply();
                      }});
}

Offer &Offer::addDelayed(const Format &format, LaterRenderer render)
{
    Q_ASSERT_X(render, "Offer::addDelayed", "there is no renderer");
    return set({.format = format, .render = std::move(render)});
}

QList<Format> Offer::formats() const
{
    QList<Format> formats;
    for (const Entry &entry : m_entries)
        formats.append(entry.format);
    return formats;
}

bool Offer::hasDelayed() const
{
    return std::any_of(m_entries.cbegin(), m_entries.cend(),
                       [](const Entry &entry) { return static_cast<bool>(entry.render); });
}

} // namespace tellwire
