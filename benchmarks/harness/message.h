// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tellwire::comparison {

enum class Purpose : std::uint32_t {
    Warming = 1, ///< Shows that a subscriber is connected.
    Data = 2,
    End = 3, ///< Nothing comes after it.
    Quit = 4 ///< A request that ends its server.
};

/// What each payload begins with.
struct MessageHeader
{
    std::uint64_t sequence = 0;
    std::uint64_t sentAt = 0; ///< nanosecondsNow() before the call that sends it.
    std::uint32_t item = 0;
    Purpose purpose = Purpose::Data;
    std::uint64_t sum = 0;   ///< sumOfWords() of what follows the header.
    std::uint64_t total = 0; ///< Bytes of the whole payload, if it is cut into pieces.
    std::uint32_t piece = 0;
    std::uint32_t pieces = 1;
    std::uint64_t unused[2] = {};
};
static_assert(sizeof(MessageHeader) == 64);

/// The number of a reply whose server was not told which request it answers.
constexpr std::uint64_t anySequence = ~std::uint64_t{0};

/// A request, as peers send it that have no names for what they ask for.
struct Request
{
    std::uint64_t sequence = 0;
    std::uint64_t replySize = 0;
    std::uint32_t item = 0;
    Purpose purpose = Purpose::Data;
    std::uint64_t unused[5] = {};
};
static_assert(sizeof(Request) == 64);

MessageHeader headerOf(const void *payload);

/// A payload in the program's own memory, after some writable bytes that a transport may use for its own
/// header.
class PayloadBuffer
{
public:
    static constexpr std::size_t headroom = 64;

    explicit PayloadBuffer(std::size_t size);

    unsigned char *data() { return m_bytes.data() + headroom; }
    std::size_t size() const { return m_bytes.size() - headroom; }
    void setHeader(const MessageHeader &header, std::size_t offset = 0);

private:
    std::vector<unsigned char> m_bytes;
};

/// Bytes that no transport can guess or compress away.
void fillWithPattern(void *bytes, std::size_t size);

/// Of all whole words of 64 bits. The bytes need not be aligned. Runs at the speed of memory.
std::uint64_t sumOfWords(const void *bytes, std::size_t size);

/// That of what follows the header.
std::uint64_t sumOfBody(const void *payload, std::size_t size);

} // namespace tellwire::comparison
