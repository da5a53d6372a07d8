// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"

#include <cstdint>
#include <map>
#include <tuple>

namespace tellwire::engine {

/// Writes down which programs were denied what, under the logging category tellwire.rights. A program that
/// tries again and again cannot fill the log: for each kind of caller and each rule there is a line for the
/// first time, the tenth, the hundredth and so on, and there is a bound on how many kinds are told apart.
class Refusals
{
public:
    static constexpr std::size_t maxKinds = 256; ///< Beyond it, all further ones count as one.

    /// `what` is the attempt in words; `rule` as in CallerRights::Decision.
    void add(const Caller &caller, const QString &what, int rule);

private:
    using Kind = std::tuple<QString, QString, int>; ///< Executable, sandbox and rule.

    std::map<Kind, std::uint64_t> m_counts;
};

} // namespace tellwire::engine
