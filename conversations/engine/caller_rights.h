// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/caller.h"
#include "dde/protocol/item_address.h"
#include "dde/transport/policy.h"

#include <string>
#include <vector>

namespace tellwire::engine {

/// What one client program may do here. Without a policy, and for a program that nothing confines, that is
/// everything, and costs a test of one word.
class CallerRights
{
public:
    /// `ownSandbox` is what confines this program: who shares it is no stranger. Keeps what it needs.
    CallerRights(const transport::Policy &policy, const Caller &caller, const QString &ownSandbox);

    bool areUnlimited() const noexcept { return m_areUnlimited; }

    struct Decision
    {
        bool isAllowed = true;
        int rule = 0; ///< Its place in the file, from 1 on; 0: none applied, and what holds without one did.
    };
    /// The item is empty with rights that are not about one.
    Decision decide(transport::Right right, const ItemAddress &what) const;

private:
    /// A pattern as it is compared: character by character, names folded.
    using Pattern = std::optional<std::u32string>;
    struct Rule
    {
        int number = 0;
        Pattern service;
        Pattern topic;
        Pattern item;
        transport::Rights rights;
        bool isAllowed = false;
    };

    std::vector<Rule> m_rules; ///< Those that are about this caller.
    bool m_isConfined = false;
    bool m_areUnlimited = true;
};

/// True if the text is what the pattern says, in which a * stands for any number of characters and a ? for
/// one. Takes no longer than the product of their lengths.
bool fitsPattern(const std::u32string &pattern, const std::u32string &text);

} // namespace tellwire::engine
