// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/handles.h"

#include <memory>
#include <vector>

namespace tellwire::ddeml {

class Instance;

/// What DdeConnectList() makes: conversations to be walked through and ended together.
class ConnectionList
{
public:
    explicit ConnectionList(Instance &instance) : m_instance(instance), m_handle(newHandle<HCONVLIST>()) {}

    HCONVLIST handle() const noexcept { return m_handle; }
    Instance &instance() const noexcept { return m_instance; }

    void add(HCONV conversation) { m_members.push_back(conversation); }
    void remove(HCONV conversation) { std::erase(m_members, conversation); }
    const std::vector<HCONV> &members() const noexcept { return m_members; } ///< Those that live.

    /// The one behind another, the first one behind null; null at the end, or if there is no such one.
    HCONV next(HCONV previous) const;

private:
    Instance &m_instance;
    HCONVLIST m_handle;
    std::vector<HCONV> m_members;
};

} // namespace tellwire::ddeml
