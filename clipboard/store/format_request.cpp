// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/format_request.h"

#include "clipboard/store/clipboard_handler.h"
#include "clipboard/store/content_reader.h"
#include "clipboard/store/synthesis.h"
#include "clipboard/store/transitions.h"
#include "dde/transport/seat.h"

namespace tellwire::store {
namespace {

constexpr int mostAttempts = 100; // Each one that fails is a content put by somebody else.

} // namespace

QList<Format> offeredBy(const BoardState &state)
{
    QList<Format> formats;
    for (const StoredFormat &stored : state.formats)
        if (stored.kind != StoredFormat::Kind::Synthesised ||
            (canSynthesise(stored.format) && sourceOf(state, stored.format)))
            formats.append(stored.format);
    return formats;
}

FormatRequest::FormatRequest(std::shared_ptr<Board> board, Wish wish)
    : m_board(std::move(board)),
      m_wish(std::move(wish))
{}

Reply<Payload> FormatRequest::start()
{
    attempt();
    return m_answer.reply();
}

void FormatRequest::attempt()
{
    ++m_attempts;
    const Result<BoardState> now = m_board->refresh();
    if (!now)
        return m_answer.finish(now.error());
    // The log may learn a little later than we that an owner is gone: what is left when it does counts.
    const bool hasLostItsOwner = m_gonePeer != 0 && now->owner.peer == m_gonePeer;
    const BoardState state = hasLostItsOwner ? released(*now) : *now;
    const std::optional<Agreement> agreed = m_wish.conversions.negotiate(m_wish.preferred, offeredBy(state));
    if (!agreed)
        return fail();
    m_askedPeer = state.owner.peer;
    fetch(state, agreed->source,
          [self = shared_from_this(), agreed = *agreed](const Result<Payload> &source) {
              self->onFetched(agreed, source);
          });
}

void FormatRequest::fetch(const BoardState &state, const Format &format, const Use &use)
{
    const StoredFormat *found = state.find(format);
    const std::optional<Format> source = sourceOf(state, format);
    if (found && found->kind == StoredFormat::Kind::Promised)
        return ClipboardHandler::of(m_board->seat()).render(m_board, state, format, m_wish.timeout).then(use);
    if (!found || found->kind != StoredFormat::Kind::Synthesised || !source)
        return use(ContentReader{m_board->seat().shared_from_this(), state}.read(format));
    fetch(state, *source, [state, format, use](const Result<Payload> &made) {
        use(made ? synthesise(state, *made, format) : made);
    });
}

void FormatRequest::onFetched(const Agreement &agreed, const Result<Payload> &source)
{
    if (m_answer.isFinished())
        return;
    if (!source && isWorthAnotherAttempt(source.error()))
        return attempt();
    if (!source)
        return m_answer.finish(source.error());
    m_answer.finish(agreed.conversion.apply(*source).transform([&](const Payload &made) {
        return Payload{agreed.delivered, made.bytes()};
    }));
}

bool FormatRequest::isWorthAnotherAttempt(const Error &reason)
{
    m_lastError = reason;
    if (m_attempts >= mostAttempts)
        return false;
    if (reason.code == ErrorCode::PeerGone && m_gonePeer != m_askedPeer) {
        m_gonePeer = m_askedPeer; // What it had promised may be made of something else.
        m_board->releaseTheDead(true);
        return true;
    }
    return reason.code == ErrorCode::ContentGone;
}

void FormatRequest::fail()
{
    if (m_lastError)
        return m_answer.finish(*m_lastError);
    QStringList wanted;
    for (const Format &format : std::as_const(m_wish.preferred))
        wanted.append(format.name());
    m_answer.finish(
        Error{ErrorCode::FormatNotOffered,
              QStringLiteral("get %1 from board %2: it holds no such thing")
                  .arg(wanted.isEmpty() ? QStringLiteral("anything") : wanted.join(QStringLiteral(" or ")),
                       m_board->name().text())});
}

} // namespace tellwire::store
