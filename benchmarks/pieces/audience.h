// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/limits/require.h"
#include "benchmarks/pieces/programs.h"

#include <memory>
#include <vector>

namespace tellwire::pieces {

/// A publisher and those who have a link on its item.
class Audience
{
public:
    explicit Audience(int size)
    {
        for (int number = 0; number < size; ++number) {
            m_clients.push_back(std::make_unique<Client>());
            m_clients.back()->watch(LinkPace::EveryUpdate);
        }
        rest();
    }

    void publish()
    {
        m_publisher.setItem();
        ++m_published;
    }

    /// One turn of the first client, which brings it the one update that is there.
    void receive()
    {
        m_clients.front()->session().process();
        benchmark::require(hasAll(*m_clients.front()), "the update did not come in one turn");
    }

    /// Everybody has all there is, and sleeps.
    void rest()
    {
        for (const auto &client : m_clients)
            while (!hasAll(*client))
                client->session().process();
        m_publisher.session().process();
        for (const auto &client : m_clients)
            client->session().process();
    }

private:
    bool hasAll(const Client &client) const { return client.received() == m_published; }

    Publisher m_publisher;
    std::vector<std::unique_ptr<Client>> m_clients;
    int m_published = 1; // The first value.
};

} // namespace tellwire::pieces
