// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/finder.h"

#include "conversations/engine/client.h"
#include "dde/transport/seat.h"

#include <unordered_set>
#include <utility>

namespace tellwire::engine {

std::shared_ptr<Finder> Finder::start(Client &client, const QList<protocol::ServiceOffer> &offers,
                                      const protocol::Find &question, Listener listener)
{
    auto finder = std::make_shared<Finder>(client, std::move(listener));
    std::unordered_set<std::uint64_t> asked;
    for (const protocol::ServiceOffer &offer : offers)
        if (asked.insert(offer.peer).second)
            finder->ask(offer.peer, question);
    if (finder->m_unanswered == 0) // Nothing may be told inside the call that starts it.
        client.seat().reactor().post([weak = std::weak_ptr{finder}] {
            if (const auto self = weak.lock())
                self->finishIfDone();
        });
    return finder;
}

Finder::Finder(Client &client, Listener listener)
    : m_client(client),
      m_session(client.seat().weak_from_this()),
      m_listener(std::move(listener))
{}

Finder::~Finder()
{
    if (m_session.expired())
        return;
    for (const protocol::TransactionId question : m_questions)
        m_client.drop(question);
}

void Finder::ask(std::uint64_t peer, const protocol::Find &question)
{
    ++m_unanswered;
    const auto onAnswered = [weak = weak_from_this(), peer](const Result<Answer> &answer) {
        if (const auto self = weak.lock())
            self->onAnswer(peer, answer);
    };
    m_questions.push_back(
        m_client.find(peer, question, m_client.seat().configuration().connectTimeout, onAnswered));
}

void Finder::onAnswer(std::uint64_t peer, const Result<Answer> &answer)
{
    const auto self = shared_from_this();
    --m_unanswered;
    m_listener.onAnswer(
        peer, answer.transform([](const Answer &found) { return std::get<protocol::Found>(found); }));
    finishIfDone();
}

void Finder::finishIfDone()
{
    if (m_unanswered == 0 && m_listener.onDone)
        std::exchange(m_listener.onDone, {})();
}

} // namespace tellwire::engine
