// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/harness/measurement.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace tellwire::comparison {

/// How long it took to copy, to paste, and both together.
class ClipboardTimes
{
public:
    void add(std::uint64_t put, std::uint64_t get, std::uint64_t both)
    {
        m_put.push_back(put);
        m_get.push_back(get);
        m_both.push_back(both);
    }
    void addBad() { ++m_bad; }

    void print(const std::string &peer, const Options &options) const
    {
        std::puts(lineOfTimes(peer, "put", options, m_put, m_bad).c_str());
        std::puts(lineOfTimes(peer, "get", options, m_get, m_bad).c_str());
        std::puts(lineOfTimes(peer, "e2e", options, m_both, m_bad).c_str());
    }
    int exitCode() const { return m_put.empty() ? 1 : 0; }

private:
    std::vector<std::uint64_t> m_put;
    std::vector<std::uint64_t> m_get;
    std::vector<std::uint64_t> m_both;
    std::uint64_t m_bad = 0;
};

/// ASCII text, another one in each round.
inline std::string clipboardContent(std::size_t size, std::uint64_t round)
{
    constexpr std::size_t characters = 90; // From '!' on.
    std::string text(size, '\0');
    for (std::size_t index = 0; index < size; ++index)
        text[index] = static_cast<char>('!' + (index * 7 + round) % characters);
    return text;
}

} // namespace tellwire::comparison
