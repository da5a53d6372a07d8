// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dde/transport/environment.h"
#include "formats/result.h"

#include <QFlags>
#include <QString>

#include <optional>
#include <vector>

#include <sys/types.h>

namespace tellwire::transport {

/// What a program may be allowed to do with another one. The words are those of the layers above; here they
/// are only read.
enum class Right {
    Connect = 1,
    Request = 2,
    Advise = 4,
    Poke = 8,
    Execute = 16,
};
Q_DECLARE_FLAGS(Rights, Right)
Q_DECLARE_OPERATORS_FOR_FLAGS(Rights)

inline constexpr Rights allRights =
    Right::Connect | Right::Request | Right::Advise | Right::Poke | Right::Execute;
inline constexpr Rights rightsToItems =
    Right::Request | Right::Advise | Right::Poke; ///< The others have none.

/// The word for it in the policy file, and for people.
QString nameOf(Right right);

/// One rule of a policy: to whom it applies, what it is about, and what it says. What is missing may be
/// anything. In patterns a * stands for any number of characters and a ? for one.
struct PolicyRule
{
    // Who
    std::optional<QString> executable; ///< Pattern of its path.
    std::optional<QString> sandbox;    ///< Pattern of what confines it; not met by who is not confined.
    std::optional<uid_t> uid;
    std::optional<gid_t> gid;
    // What
    std::optional<QString> service;
    std::optional<QString> topic;
    std::optional<QString> item; ///< Then `rights` are of those to items.

    Rights rights = {};
    bool isAllowed = false;
};

/// Which programs may do what with this one; docs/rights.md describes it. A program reads it once, when it
/// joins a session. The first rule that applies decides.
struct Policy
{
    QString file; ///< Empty if there is none.
    std::vector<PolicyRule> rules;

    /// The file that TELLWIRE_POLICY names, else tellwire/policy.json in XDG_CONFIG_HOME or ~/.config, which
    /// need not exist. Errors: AccessDenied (other users may change it), BadData, each naming the file, the
    /// place in it, and what is wrong.
    static Result<Policy> load(const Environment &environment = {});
};

} // namespace tellwire::transport
