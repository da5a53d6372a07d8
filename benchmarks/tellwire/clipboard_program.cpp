// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/tellwire/clipboard_program.h"

#include "benchmarks/harness/require.h"
#include "benchmarks/tellwire/words.h"

namespace tellwire::comparison {

void TellwireClipboard::open()
{
    m_loop.emplace(Loop::Kind::Blocking);
    m_clipboard.emplace(m_loop->session());
}

void TellwireClipboard::put(std::string_view content)
{
    valueOf(m_clipboard->put(Offer{}.add(inPlace(content.data(), content.size()))));
}

void TellwireClipboard::get(const UseContent &use)
{
    constexpr std::chrono::milliseconds patience = std::chrono::seconds{10};
    m_loop->session().process();
    const Reply<Payload> reply = m_clipboard->get(binary());
    require(m_loop->serveUntil([&] { return reply.isFinished(); }, patience),
            "the clipboard does not answer");
    const Result<Payload> content = reply.result();
    if (content)
        use({content->bytes().constData(), static_cast<std::size_t>(content->bytes().size())});
}

void TellwireClipboard::waitUntilReadable(int descriptor)
{
    m_loop->serveUntilReadable(descriptor, std::chrono::hours{1});
}

} // namespace tellwire::comparison
