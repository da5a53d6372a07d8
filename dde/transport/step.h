// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tellwire::transport {

#ifdef TELLWIRE_STEPS

/// Names a place between two steps of a protocol that another process could tell apart: whoever is killed or
/// stopped here leaves the one done and the other not. Calls the handler of onStep(), if there is one. Keeps
/// errno as it was. Only builds with TELLWIRE_STEPS have it; in others it is nothing at all.
/// Thread: any. Source: tests/processes/steps walks through all of them.
void step(const char *name) noexcept;

/// Registers what every step of this process calls, in the thread that takes it; null for nothing.
void onStep(void (*handler)(const char *name)) noexcept;

#else

inline void step(const char * /*name*/) noexcept {}

#endif

} // namespace tellwire::transport
