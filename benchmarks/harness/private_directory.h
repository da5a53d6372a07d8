// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tellwire::comparison {

/// A new directory of this user alone, removed at the end by the process that has made it.
class PrivateDirectory
{
public:
    PrivateDirectory();
    ~PrivateDirectory();
    PrivateDirectory(const PrivateDirectory &) = delete;
    PrivateDirectory &operator=(const PrivateDirectory &) = delete;

    const std::string &path() const { return m_path; }

private:
    std::string m_path;
};

} // namespace tellwire::comparison
