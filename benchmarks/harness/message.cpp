// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/message.h"

#include <array>
#include <cstring>

namespace tellwire::comparison {

MessageHeader headerOf(const void *payload)
{
    MessageHeader header;
    std::memcpy(&header, payload, sizeof header);
    return header;
}

PayloadBuffer::PayloadBuffer(std::size_t size) : m_bytes(size + headroom) { fillWithPattern(data(), size); }

void PayloadBuffer::setHeader(const MessageHeader &header, std::size_t offset)
{
    std::memcpy(data() + offset, &header, sizeof header);
}

void fillWithPattern(void *bytes, std::size_t size)
{
    auto *at = static_cast<unsigned char *>(bytes);
    for (std::uint64_t index = 0; index < size / sizeof index; ++index) {
        const std::uint64_t word = index * 0x9E3779B97F4A7C15U + 12345;
        std::memcpy(at + index * sizeof word, &word, sizeof word);
    }
}

std::uint64_t sumOfWords(const void *bytes, std::size_t size)
{
    using Words = std::array<std::uint64_t, 4>; // Four sums, so that none waits for the one before it.
    const auto *at = static_cast<const unsigned char *>(bytes);
    Words sums{};
    const std::size_t blocks = size / sizeof(Words);
    for (std::size_t block = 0; block < blocks; ++block) {
        Words words;
        std::memcpy(words.data(), at + block * sizeof words, sizeof words);
        for (std::size_t index = 0; index < words.size(); ++index)
            sums[index] += words[index];
    }
    std::uint64_t sum = sums[0] + sums[1] + sums[2] + sums[3];
    for (std::size_t rest = blocks * sizeof(Words); rest + sizeof sum <= size; rest += sizeof sum) {
        std::uint64_t word = 0;
        std::memcpy(&word, at + rest, sizeof word);
        sum += word;
    }
    return sum;
}

std::uint64_t sumOfBody(const void *payload, std::size_t size)
{
    return sumOfWords(static_cast<const unsigned char *>(payload) + sizeof(MessageHeader),
                      size - sizeof(MessageHeader));
}

} // namespace tellwire::comparison
