// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tellwire::benchmark {

/// Numbers that parent and children see alike: memory that fork() shares. Zero at first. Words that several
/// processes use at the same time are read and written as atomics.
class SharedWords
{
public:
    explicit SharedWords(std::size_t count);
    ~SharedWords();
    SharedWords(const SharedWords &) = delete;
    SharedWords &operator=(const SharedWords &) = delete;

    std::int64_t load(std::size_t index) const;
    void store(std::size_t index, std::int64_t value);
    std::size_t size() const noexcept { return m_count; }

private:
    std::size_t m_count;
    std::int64_t *m_words;
};

/// Times that one child measures and the parent reads when the child has ended.
class SharedSamples
{
public:
    explicit SharedSamples(int most) : m_words(static_cast<std::size_t>(most) + 1) {}

    void addNanoseconds(std::int64_t time);

    /// In microseconds, in the order in which they came.
    std::vector<double> microseconds() const;

private:
    SharedWords m_words; // The first one counts the others.
};

} // namespace tellwire::benchmark
