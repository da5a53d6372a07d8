// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/harness/private_directory.h"

#include "benchmarks/harness/require.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace tellwire::comparison {

PrivateDirectory::PrivateDirectory()
    : m_path(std::filesystem::temp_directory_path() / "tellwire-bench-XXXXXX")
{
    require(mkdtemp(m_path.data()) != nullptr, "cannot make a temporary directory");
}

PrivateDirectory::~PrivateDirectory()
{
    std::error_code ignored; // it is only temporary
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace tellwire::comparison
