// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/transaction.h"
#include "dde/protocol/names.h"
#include "dde/protocol/service_table.h"

#include <functional>
#include <memory>
#include <vector>

namespace tellwire::engine {

class Client;

/// Asks several programs at once what they have to talk about, each as long as a connection may take.
class Finder : public std::enable_shared_from_this<Finder>
{
public:
    /// Told each program's answer, and at last that all have answered or failed. From the session's
    /// processing only. Each may delete anything, the finder too.
    struct Listener
    {
        std::function<void(std::uint64_t peer, const Result<protocol::Found> &)> onAnswer;
        std::function<void()> onDone;
    };

    /// Asks the programs of these offers, each once.
    static std::shared_ptr<Finder> start(Client &client, const QList<protocol::ServiceOffer> &offers,
                                         const protocol::Find &question, Listener listener);

    Finder(Client &client, Listener listener);
    ~Finder(); ///< Nobody hears anything more.
    Finder(const Finder &) = delete;
    Finder &operator=(const Finder &) = delete;

private:
    void ask(std::uint64_t peer, const protocol::Find &question);
    void onAnswer(std::uint64_t peer, const Result<Answer> &answer);
    void finishIfDone();

    Client &m_client;
    std::weak_ptr<const void> m_session; ///< The client lives as long.
    Listener m_listener;
    std::vector<protocol::TransactionId> m_questions;
    std::size_t m_unanswered = 0;
};

} // namespace tellwire::engine
