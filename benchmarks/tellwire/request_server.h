// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "benchmarks/tellwire/loop.h"
#include "benchmarks/tellwire/words.h"
#include "conversations/service.h"

#include <string>

namespace tellwire::comparison {

/// Serves one item, until somebody commands it to end. Variant `provided`: its value is made for each
/// request; else it was set once.
class RequestServer
{
public:
    /// The reply stays where it is as long as this object lives.
    RequestServer(const std::string &variant, const void *reply, std::size_t size);

    void run();

private:
    Loop m_loop;
    Service m_service{m_loop.session(), serviceName()};
    bool m_isDone = false;
};

} // namespace tellwire::comparison
