// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/tellwire/request_server.h"

namespace tellwire::comparison {

RequestServer::RequestServer(const std::string &variant, const void *reply, std::size_t size)
    : m_loop(Loop::kindOf(variant))
{
    Topic &topic = m_service.topic(topicName());
    const Payload value = inPlace(reply, size);
    if (variant == "provided")
        topic.provideItem(itemName(0), {binary()},
                          [value](const Format &) -> Result<Payload> { return value; });
    else
        topic.setItem(itemName(0), value);
    topic.onExecute([this](const QString &) {
        m_isDone = true;
        return Result<void>{};
    });
    valueOf(m_service.publish());
}

void RequestServer::run()
{
    while (!m_loop.serveUntil([this] { return m_isDone; }, std::chrono::hours{1})) {
    }
}

} // namespace tellwire::comparison
