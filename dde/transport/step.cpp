// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/step.h"

#ifdef TELLWIRE_STEPS

#include <atomic>
#include <cerrno>

namespace tellwire::transport {

namespace {

constinit std::atomic<void (*)(const char *)> stepHandler = nullptr;

} // namespace

void step(const char *name) noexcept
{
    const int before = errno;
    if (auto *handler = stepHandler.load(std::memory_order_relaxed))
        handler(name);
    errno = before;
}

void onStep(void (*handler)(const char *name)) noexcept
{
    stepHandler.store(handler, std::memory_order_relaxed);
}

} // namespace tellwire::transport

#endif
