// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tellwire::ddeml {

class Instance;

/// The services of an instance.
class NameService
{
public:
    explicit NameService(Instance &instance) : m_instance(instance) {}

    /// Withdraws all names. The instance's conversations have ended by then.
    void end() {}

    /// The instance has other filter flags.
    void onFlagsChanged() {}

private:
    [[maybe_unused]] Instance &m_instance;
};

} // namespace tellwire::ddeml
