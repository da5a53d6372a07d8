// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/exact/window_notice.h"
#include "dde/transport/channel.h"
#include "dde/transport/message_handler.h"
#include "dde/transport/reply_promise.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace tellwire::exact {

/// The windows of a session: which program has which, and what one is told by others. One for each seat.
///
/// A window is a number that a program has declared in the session log, under
/// `clipwindow/<board>/<window>/<peer>`, both numbers in 16 hexadecimal digits. The first one that has
/// declared it has it; it goes with its program.
///
/// Thread: that of its seat.
class WindowHandler final : public transport::MessageHandler
{
public:
    static constexpr std::uint8_t firstType = 0x50;
    static constexpr std::uint8_t lastType = 0x5F;

    using Receive = std::function<void(const WindowNotice &notice)>;

    explicit WindowHandler(transport::Seat &seat) : m_seat(seat) {}

    static WindowHandler &of(transport::Seat &seat);

    /// Makes this program reachable, and the window known. `receive` is called from the session's event
    /// processing; the notice's sender waits for its return. Errors: InvalidParameter (0, or the window is
    /// there already), those of the log.
    Result<void> add(const QByteArray &board, quint64 window, Receive receive);
    void remove(const QByteArray &board, quint64 window);

    /// The program that has the window; empty if there is none. Reads the session log.
    std::optional<quint64> peerOf(const QByteArray &board, quint64 window) const;

    /// Tells a window of another program. Finishes when it has seen it. Errors: PeerGone, those of
    /// Channel::send().
    Reply<void> tell(quint64 peer, const WindowNotice &notice);

    void onMessage(const std::shared_ptr<transport::Channel> &from, transport::Message message) override;
    void onUnreadable(const std::shared_ptr<transport::Channel> &, std::uint8_t, std::uint32_t) override {}
    void onClosed(const std::shared_ptr<transport::Channel> &channel, const Error &reason) override;

private:
    struct Told
    {
        std::shared_ptr<transport::Channel> channel;
        ReplyPromise<void> answer;
    };
    using Key = std::pair<QByteArray, quint64>;

    void onNotice(const std::shared_ptr<transport::Channel> &from, const transport::Message &message);
    void finish(std::uint32_t transaction, const Result<void> &outcome);

    transport::Seat &m_seat;
    std::map<Key, Receive> m_windows; ///< Of this program.
    std::map<std::uint32_t, Told> m_told;
    std::uint32_t m_lastTransaction = 0;
};

} // namespace tellwire::exact
