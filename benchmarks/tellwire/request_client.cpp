// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/tellwire/request_client.h"

#include "benchmarks/harness/require.h"
#include "benchmarks/tellwire/words.h"

namespace tellwire::comparison {
namespace {

constexpr std::chrono::milliseconds patience = std::chrono::seconds{10};

} // namespace

RequestClient::RequestClient(const std::string &variant) : m_variant(variant) {}

void RequestClient::open()
{
    if (!m_loop)
        m_loop.emplace(Loop::kindOf(m_variant));
    m_conversation.emplace(m_loop->session(), serviceName(), topicName());
    if (m_variant == "linked")
        startLink();
}

void RequestClient::startLink()
{
    LinkOptions options;
    options.formats = {binary()};
    m_link.emplace(*m_conversation, itemName(0), options);
    require(m_loop->serveUntil([this] { return m_link->latest().has_value(); }, patience),
            "the link does not start");
}

void RequestClient::close()
{
    m_link.reset();
    m_conversation.reset();
    if (m_variant == "join")
        m_loop.reset();
}

void RequestClient::request(const Peer::UseReply &use)
{
    static const ItemName item = itemName(0);
    const Reply<Update> reply = m_conversation->request(item, binary());
    require(m_loop->serveUntil([&] { return reply.isFinished(); }, patience), "no reply");
    const Update update = valueOf(reply.result());
    const QByteArrayView value = update.value.view();
    use(value.data(), static_cast<std::size_t>(value.size()));
}

void RequestClient::endServer()
{
    const Reply<void> reply = m_conversation->execute(QStringLiteral("end"));
    m_loop->serveUntil([&] { return reply.isFinished(); }, patience);
}

} // namespace tellwire::comparison
