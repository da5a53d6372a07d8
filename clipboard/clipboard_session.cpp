// SPDX-License-Identifier: Apache-2.0
#include "clipboard/clipboard_session.h"

#include "clipboard/exact/clipboard_session_p.h"
#include "formats/win32_format_numbers.h"
#include "dde/transport/seat.h"
#include "formats/standard_formats.h"

#include <algorithm>

namespace tellwire {
namespace {

constexpr qsizetype unitSize = 2;

/// The last unit of a text becomes its terminator; an odd length stays as it is (ddeml-semantics C1).
void terminate(quint32 format, QByteArray &block)
{
    const bool isWide = format == static_cast<quint32>(StandardFormat::UnicodeText);
    const bool isText = isWide || format == static_cast<quint32>(StandardFormat::Text) ||
                        format == static_cast<quint32>(StandardFormat::OemText);
    if (!isText || block.isEmpty())
        return;
    block.back() = '\0';
    if (isWide && block.size() % unitSize == 0)
        block[block.size() - unitSize] = '\0';
}

} // namespace

ClipboardWindow::~ClipboardWindow() = default;
void ClipboardWindow::renderFormat(quint32) {}
void ClipboardWindow::renderAllFormats() {}
void ClipboardWindow::destroyClipboard() {}
void ClipboardWindow::drawClipboard(quint64) {}
void ClipboardWindow::changeClipboardChain(quint64, quint64) {}
void ClipboardWindow::clipboardUpdate() {}

ClipboardSession::Opened::Opened(ClipboardSession &clipboard, quint64 window)
    : m_clipboard(clipboard),
      m_result(clipboard.open(window))
{}

ClipboardSession::Opened::~Opened()
{
    if (m_result)
        (void)m_clipboard.close(); // Somebody else may have closed it, or taken it over.
}

ClipboardSession::ClipboardSession(Session session, const BoardName &board)
    : m_data(std::make_shared<Private>(std::move(session), board))
{}

ClipboardSession::~ClipboardSession() { m_data->end(); }

Result<void> ClipboardSession::createWindow(quint64 window, ClipboardWindow &receiver)
{
    return m_data->createWindow(window, receiver);
}

Result<void> ClipboardSession::destroyWindow(quint64 window)
{
    const std::shared_ptr<Private> data = m_data;
    return data->destroyWindow(window);
}

void ClipboardSession::setWindowTimeout(std::chrono::milliseconds timeout)
{
    m_data->windowTimeout = timeout;
}

Result<void> ClipboardSession::open(quint64 window) { return m_data->open(window); }

Result<void> ClipboardSession::close() { return m_data->close(); }

Result<void> ClipboardSession::empty()
{
    const std::shared_ptr<Private> data = m_data;
    return data->empty();
}

Result<void> ClipboardSession::set(quint32 format, QByteArray &block)
{
    terminate(format, block);
    return m_data->place(format, &block);
}

Result<void> ClipboardSession::setPromised(quint32 format) { return m_data->place(format, nullptr); }

void ClipboardSession::setLocaleId(quint32 localeId) { m_data->localeId = localeId; }

Result<std::optional<QByteArray>> ClipboardSession::get(quint32 format)
{
    const std::shared_ptr<Private> data = m_data;
    const store::BoardState state = data->shown();
    if (!data->isOpenHere(state))
        return clipboardError(ClipboardError::NotOpen, QStringLiteral("get a format"));
    const std::optional<Format> wanted = exact::formatOf(data->session.formatNames(), format);
    if (!wanted || !state.find(*wanted))
        return std::optional<QByteArray>{};
    const Result<Payload> fetched = data->fetch(state, *wanted);
    return fetched ? std::optional{fetched->bytes()} : std::nullopt;
}

Result<quint32> ClipboardSession::enumerate(quint32 previous)
{
    if (!m_data->isOpenHere(m_data->now()))
        return clipboardError(ClipboardError::NotOpen, QStringLiteral("enumerate formats"));
    const QList<quint32> formats = m_data->formats();
    const qsizetype next = previous == 0 ? 0 : formats.indexOf(previous) + 1;
    const bool isThere = previous == 0 || next > 0;
    return isThere && next < formats.size() ? formats.at(next) : 0;
}

bool ClipboardSession::isAvailable(quint32 format) const
{
    const std::optional<Format> wanted = exact::formatOf(m_data->session.formatNames(), format);
    return wanted && m_data->shown().find(*wanted) != nullptr;
}

qsizetype ClipboardSession::count() const { return m_data->shown().formats.size(); }

qint64 ClipboardSession::priority(std::span<const quint32> formats) const
{
    const QList<quint32> available = m_data->formats();
    if (available.isEmpty())
        return 0;
    const auto first = std::find_if(formats.begin(), formats.end(),
                                    [&](quint32 format) { return available.contains(format); });
    return first == formats.end() ? -1 : qint64{*first};
}

Result<void> ClipboardSession::updatedFormats(quint32 *buffer, quint32 size, quint32 *count) const
{
    const QString attempt = QStringLiteral("list the formats");
    if (!count)
        return clipboardError(ClipboardError::NoAccess, attempt);
    const QList<quint32> formats = m_data->formats();
    *count = static_cast<quint32>(formats.size());
    if (formats.isEmpty())
        return {};
    if (!buffer)
        return clipboardError(ClipboardError::NoAccess, attempt);
    if (*count > size)
        return clipboardError(ClipboardError::InsufficientBuffer, attempt);
    std::copy(formats.cbegin(), formats.cend(), buffer);
    return {};
}

quint64 ClipboardSession::owner() const { return m_data->now().owner.window; }

quint64 ClipboardSession::opener() const { return m_data->now().opener.window; }

quint32 ClipboardSession::sequenceNumber() const { return m_data->now().sequence; }

Result<void> ClipboardSession::addListener(quint64 window) { return m_data->addListener(window); }

Result<void> ClipboardSession::removeListener(quint64 window) { return m_data->removeListener(window); }

Result<quint64> ClipboardSession::setViewer(quint64 window)
{
    const std::shared_ptr<Private> data = m_data;
    return data->setViewer(window);
}

quint64 ClipboardSession::viewer() const { return m_data->now().viewer.window; }

Result<void> ClipboardSession::changeChain(quint64 window, quint64 next)
{
    const std::shared_ptr<Private> data = m_data;
    return data->changeChain(window, next);
}

void ClipboardSession::passDraw(quint64 window)
{
    const std::shared_ptr<Private> data = m_data;
    data->tell({.kind = exact::WindowNotice::Kind::Draw, .window = window, .first = owner()}, false);
}

void ClipboardSession::passChangeChain(quint64 window, quint64 removed, quint64 next)
{
    const std::shared_ptr<Private> data = m_data;
    data->tell(
        {.kind = exact::WindowNotice::Kind::ChangeChain, .window = window, .first = removed, .second = next},
        true);
}

Result<quint32> ClipboardSession::registerFormat(const QString &name)
{
    const Result<Format> format = exact::registeredFormat(name);
    const Result<quint32> number =
        format ? exact::numberOf(m_data->session.formatNames(), *format) : Result<quint32>{0};
    if (number && (*number == 0 || *number > 0xFFFF))
        return clipboardError(ClipboardError::InvalidParameter,
                              QStringLiteral("register format %1").arg(name));
    return number;
}

std::optional<QString> ClipboardSession::formatName(quint32 format) const
{
    if (format < firstRegisteredFormat || format > 0xFFFF)
        return std::nullopt;
    (void)m_data->board->refresh(); // The name may be another program's, of this moment.
    const std::optional<Format> known =
        m_data->session.formatNames().format(static_cast<FormatNumber>(format));
    return known ? std::optional{exact::registeredName(*known)} : std::nullopt;
}

} // namespace tellwire
