// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/require.h"
#include "benchmarks/pieces/piece.h"
#include "benchmarks/pieces/programs.h"

#include <memory>

namespace tellwire::pieces {
namespace {

/// A publisher, and a client that asks it.
struct Asking
{
    Publisher publisher;
    Client client;

    Reply<Update> ask() { return client.conversation().request(itemName()); }
};

Work requestInPlace()
{
    const auto asking = std::make_shared<Asking>();
    asking->client.watch(LinkPace::NewestOnly);
    return {[asking] { benchmark::require(asking->ask().isFinished(), "it was not answered in place"); }};
}

Work requestServed()
{
    const auto asking = std::make_shared<Asking>();
    return {[asking] {
        const Reply<Update> answer = asking->ask();
        asking->publisher.session().process();
        asking->client.session().process();
        benchmark::require(answer.isFinished(), "it was not answered in one turn");
    }};
}

} // namespace

std::vector<Piece> requestPieces()
{
    return {{"request/in_place", requestInPlace, 64, true}, {"request/served", requestServed, 1, true}};
}

} // namespace tellwire::pieces
