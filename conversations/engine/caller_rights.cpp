// SPDX-License-Identifier: Apache-2.0
#include "conversations/engine/caller_rights.h"

#include "formats/payload.h"

#include <algorithm>

namespace tellwire::engine {
namespace {

using transport::Policy;
using transport::PolicyRule;
using transport::Right;

/// A first U+FEFF, which fromUtf8() would drop, tells names apart like any other character.
std::u32string charactersOf(const QByteArray &key)
{
    return FormatOf<QString>::decode(key).value_or(QString{}).toStdU32String();
}

std::optional<std::u32string> namePattern(const std::optional<QString> &text)
{
    if (!text)
        return std::nullopt;
    return charactersOf(foldedKey(*text));
}

template <typename Name>
bool fitsName(const std::optional<std::u32string> &pattern, const Name &name)
{
    return !pattern || fitsPattern(*pattern, charactersOf(name.key()));
}

/// What is not known of a caller fits no pattern.
bool fitsText(const std::optional<QString> &pattern, const QString &text)
{
    return !pattern || (!text.isEmpty() && fitsPattern(pattern->toStdU32String(), text.toStdU32String()));
}

bool isAbout(const PolicyRule &rule, const Caller &caller)
{
    return fitsText(rule.executable, caller.executable) && fitsText(rule.sandbox, caller.sandbox) &&
           rule.uid.value_or(caller.uid) == caller.uid && rule.gid.value_or(caller.gid) == caller.gid;
}

} // namespace

CallerRights::CallerRights(const Policy &policy, const Caller &caller, const QString &ownSandbox)
    : m_isConfined(!caller.sandbox.isEmpty() && caller.sandbox != ownSandbox)
{
    int number = 0;
    for (const PolicyRule &rule : policy.rules) {
        ++number;
        if (isAbout(rule, caller))
            m_rules.push_back({number, namePattern(rule.service), namePattern(rule.topic),
                               namePattern(rule.item), rule.rights, rule.isAllowed});
    }
    m_areUnlimited =
        !m_isConfined && std::ranges::all_of(m_rules, [](const Rule &rule) { return rule.isAllowed; });
}

CallerRights::Decision CallerRights::decide(Right right, const ItemAddress &what) const
{
    const auto decides = [&](const Rule &rule) {
        return rule.rights.testFlag(right) && fitsName(rule.service, what.service) &&
               fitsName(rule.topic, what.topic) && fitsName(rule.item, what.item);
    };
    if (m_areUnlimited)
        return {};
    if (const auto found = std::ranges::find_if(m_rules, decides); found != m_rules.end())
        return {found->isAllowed, found->number};
    return {!m_isConfined || (right != Right::Poke && right != Right::Execute), 0};
}

// After a * that was taken too short, only the last one has to give way: it can take whatever an earlier one
// could.
bool fitsPattern(const std::u32string &pattern, const std::u32string &text)
{
    std::size_t place = 0;
    std::size_t lastStar = std::u32string::npos;
    std::size_t resume = 0;
    for (std::size_t next = 0; next < text.size();) {
        if (place < pattern.size() && pattern[place] == U'*') {
            lastStar = place++;
            resume = next;
        } else if (place < pattern.size() && (pattern[place] == U'?' || pattern[place] == text[next])) {
            ++place;
            ++next;
        } else if (lastStar != std::u32string::npos) {
            place = lastStar + 1;
            next = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of(U'*', place) == std::u32string::npos;
}

} // namespace tellwire::engine
