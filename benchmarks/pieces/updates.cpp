// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/pieces/audience.h"
#include "benchmarks/pieces/piece.h"

#include <memory>

namespace tellwire::pieces {
namespace {

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
            {"receive/64_updates", receivingMany, 1, true}};
}

} // namespace tellwire::pieces
