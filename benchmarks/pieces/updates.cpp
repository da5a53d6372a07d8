// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/require.h"
#include "benchmarks/pieces/piece.h"
#include "benchmarks/pieces/programs.h"

#include <memory>

namespace tellwire::pieces {
namespace {

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

Work publishing(int readers)
{
    const auto audience = std::make_shared<Audience>(readers);
    return {[audience] { audience->publish(); }, [audience] { audience->rest(); }};
}

Work receiving()
{
    const auto audience = std::make_shared<Audience>(1);
    return {[audience] { audience->receive(); },
            [audience] {
                audience->rest();
                audience->publish();
            }};
}

Work receivingMany()
{
    constexpr int many = 64;
    const auto audience = std::make_shared<Audience>(1);
    return {[audience] { audience->rest(); },
            [audience] {
                for (int number = 0; number < many; ++number)
                    audience->publish();
            }};
}

} // namespace

std::vector<Piece> updatePieces()
{
    constexpr int inARow = 64;
    return {{"publish/no_link", [] { return publishing(0); }, inARow, true},
            {"publish/1_link", [] { return publishing(1); }, inARow, true},
            {"publish/8_links", [] { return publishing(8); }, inARow},
            {"publish/to_a_sleeper", [] { return publishing(1); }, 1, true},
            {"receive/1_update", receiving, 1, true},
            {"receive/64_updates", receivingMany}};
}

} // namespace tellwire::pieces
