// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/waiting_message.h"

#include "conversations/engine/format_numbers.h"
#include "dde/transport/seat.h"

#include <utility>

namespace tellwire::engine {
namespace {

template <typename Use>
void forEachNumber(protocol::ClientMessage &message, Use use)
{
    std::visit(
        [&use](auto &verb) {
            if constexpr (requires { verb.formats; }) {
                for (FormatNumber &number : verb.formats)
                    use(number);
            } else if constexpr (requires { verb.format; }) {
                use(verb.format);
            }
        },
        message);
}

} // namespace

WaitingMessage::WaitingMessage(transport::Seat &seat, protocol::ClientMessage message)
    : m_seat(seat),
      m_message(std::move(message))
{
    forEachNumber(m_message, [this](FormatNumber number) {
        m_formats.append(number == protocol::anyFormat ? std::nullopt : formatOf(m_seat, number));
    });
}

Result<protocol::ClientMessage> WaitingMessage::take() &&
{
    Result<void> known;
    auto format = m_formats.cbegin();
    forEachNumber(m_message, [&](FormatNumber &number) {
        if (const std::optional<Format> &name = *format++; name && known) {
            const Result<FormatNumber> now = m_seat.formatNames().number(*name);
            known = now.and_then([&number](FormatNumber found) {
                number = found;
                return Result<void>{};
            });
        }
    });
    if (!known)
        return known.error();
    return std::move(m_message);
}

} // namespace tellwire::engine
