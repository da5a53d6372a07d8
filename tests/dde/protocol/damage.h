// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/message.h"
#include "tests/dde/protocol/random_message.h"

namespace tellwire::protocol {

inline bool sameBytes(const transport::Message &a, const transport::Message &b)
{
    return a.type == b.type && a.flags == b.flags && a.id == b.id && a.sequence == b.sequence &&
           a.time == b.time && a.head == b.head && a.payload == b.payload;
}

inline void damageHead(QByteArray &head, RandomMessage &random)
{
    const auto position = static_cast<qsizetype>(random.number(static_cast<unsigned>(head.size()) + 1));
    switch (random.number(5)) {
    case 0:
        head.truncate(position);
        break;
    case 1:
        head.insert(position, static_cast<char>(random.number(256)));
        break;
    case 2:
        head.remove(position, 1 + static_cast<qsizetype>(random.number(4)));
        break;
    case 3:
        head.append(head.first(position));
        break;
    default:
        if (position < head.size())
            head[position] = static_cast<char>(random.number(2) == 0 ? random.number(256) : random.number(4));
    }
}

/// What a faulty or hostile program might send instead.
inline void damage(transport::Message &bytes, RandomMessage &random)
{
    switch (random.number(12)) {
    case 0:
        bytes.type ^= static_cast<std::uint8_t>(random.number(0x40));
        break;
    case 1:
        bytes.flags = static_cast<std::uint16_t>(1U << random.number(16));
        break;
    case 2:
        bytes.sequence ^= 1U << random.number(32);
        break;
    case 3:
        bytes.time ^= std::int64_t{1} << random.number(63);
        break;
    case 4:
        bytes.payload = random.number(2) == 0 ? QByteArray{} : QByteArrayLiteral("more");
        break;
    default:
        damageHead(bytes.head, random);
    }
}

} // namespace tellwire::protocol
