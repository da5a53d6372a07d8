// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/limits/private_directory.h"

#include "benchmarks/limits/require.h"

#include <cstdlib>
#include <string>
#include <system_error>

namespace tellwire::benchmark {
namespace {

std::filesystem::path makeDirectory()
{
    std::string name = std::filesystem::temp_directory_path() / "tellwire-benchmark-XXXXXX";
    require(mkdtemp(name.data()) != nullptr, "cannot make a temporary directory");
    return name;
}

} // namespace

PrivateDirectory::PrivateDirectory() : m_path(makeDirectory())
{
    setenv("TELLWIRE_DIRECTORY", m_path.c_str(), 1);
}

PrivateDirectory::~PrivateDirectory()
{
    std::error_code ignored; // it is only temporary
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace tellwire::benchmark
