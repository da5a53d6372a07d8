// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QProcessEnvironment>
#include <QString>

#include <optional>
#include <utility>

namespace tellwire::transport {

/// Where variables are looked up: in the environment of this program, which is not copied for that, or in
/// another one.
class Environment
{
public:
    Environment() = default;
    Environment(QProcessEnvironment other) // NOLINT(google-explicit-constructor): it is one.
        : m_other(std::move(other))
    {}

    bool contains(const char *name) const
    {
        return m_other ? m_other->contains(QLatin1StringView{name}) : qEnvironmentVariableIsSet(name);
    }

    QString value(const char *name) const ///< Empty if there is none.
    {
        return m_other ? m_other->value(QLatin1StringView{name}) : qEnvironmentVariable(name);
    }

private:
    std::optional<QProcessEnvironment> m_other;
};

} // namespace tellwire::transport
