// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/reply.h"
#include "formats/payload.h"

#include <QList>

#include <functional>
#include <optional>

namespace tellwire {

/// What an owner puts on a board: the same thing in several formats, richest first. Each is given now, as
/// bytes or as an open file, or made when somebody first asks for it (delayed rendering).
///
/// A renderer runs in the owner's thread, from the session's event processing, at most once at a time, and
/// not any more after it has succeeded. An error of its reaches those who asked, and the next one to ask
/// makes it run again. It may put further promised formats on the board (Clipboard::redeem()), and may delete
/// anything. Bytes may be empty.
///
/// A value; copies share the renderers.
class TELLWIRE_EXPORT Offer
{
public:
    using Renderer = std::function<Result<Payload>()>;     ///< Answers now.
    using LaterRenderer = std::function<Reply<Payload>()>; ///< Answers when it can; others wait meanwhile.

    /// Part of an open regular file.
    struct FilePart
    {
        int descriptor = -1;
        qint64 offset = 0;
        qint64 size = 0;

        friend bool operator==(const FilePart &, const FilePart &) = default;
    };

    /// One format of the offer; one of the others is there.
    struct Entry
    {
        Format format;
        std::optional<Payload> payload = std::nullopt;
        std::optional<FilePart> file = std::nullopt;
        LaterRenderer render = {};
    };

    /// A format that is there already is replaced, and keeps its place.
    Offer &add(const Payload &payload);

    /// Bytes that go from a file to the board piece by piece, when the offer is put there; they take no
    /// memory of this program, however many they are. The descriptor stays the caller's, and open for reading
    /// until then. To put them there is BadData if the file is shorter by then.
    Offer &addFile(const Format &format, const FilePart &file);

    Offer &addDelayed(const Format &format, Renderer render);
    Offer &addDelayed(const Format &format, LaterRenderer render);

    template <Exchangeable T>
    Offer &add(const T &value)
    {
        return add(Payload::of(value));
    }

    QList<Format> formats() const;
    bool hasDelayed() const;
    const QList<Entry> &entries() const noexcept { return m_entries; }

private:
    Offer &set(Entry entry);

    QList<Entry> m_entries;
};

} // namespace tellwire
