// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace tellwire::benchmark {

/// Where the sessions of this run lie, named in TELLWIRE_DIRECTORY: they meet no other program. Removed at
/// the end.
class PrivateDirectory
{
public:
    PrivateDirectory();
    ~PrivateDirectory();
    PrivateDirectory(const PrivateDirectory &) = delete;
    PrivateDirectory &operator=(const PrivateDirectory &) = delete;

private:
    std::filesystem::path m_path;
};

} // namespace tellwire::benchmark
