// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tellwire::benchmark {

/// The two sides of a measurement. Each stays on a processor of its own, if there are two: whether the
/// scheduler puts both on one is chance, and changes the time of a wake-up several times over.
enum class Side { First, Second };

/// Binds the calling process; to be called by children only, since what they start inherits it.
void stayOnProcessorOf(Side side);

} // namespace tellwire::benchmark
