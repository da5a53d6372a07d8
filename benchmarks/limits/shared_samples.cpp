// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/shared_samples.h"

#include "benchmarks/limits/require.h"

#include <atomic>

#include <sys/mman.h>

namespace tellwire::benchmark {
namespace {

std::int64_t *mapWords(std::size_t count)
{
    void *memory = mmap(nullptr, count * sizeof(std::int64_t), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    require(memory != MAP_FAILED, "there is no memory to share with the children");
    return static_cast<std::int64_t *>(memory);
}

} // namespace

SharedWords::SharedWords(std::size_t count) : m_count(count), m_words(mapWords(count)) {}

SharedWords::~SharedWords() { munmap(m_words, m_count * sizeof *m_words); }

std::int64_t SharedWords::load(std::size_t index) const
{
    return std::atomic_ref{m_words[index]}.load(std::memory_order_acquire);
}

void SharedWords::store(std::size_t index, std::int64_t value)
{
    std::atomic_ref{m_words[index]}.store(value, std::memory_order_release);
}

void SharedSamples::addNanoseconds(std::int64_t time)
{
    const auto count = static_cast<std::size_t>(m_words.load(0)) + 1;
    require(count < m_words.size(), "more came than was sent");
    m_words.store(count, time);
    m_words.store(0, static_cast<std::int64_t>(count));
}

std::vector<double> SharedSamples::microseconds() const
{
    std::vector<double> all;
    const auto count = static_cast<std::size_t>(m_words.load(0));
    for (std::size_t index = 1; index <= count; ++index)
        all.push_back(static_cast<double>(m_words.load(index)) / 1000);
    return all;
}

} // namespace tellwire::benchmark
