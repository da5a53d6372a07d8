// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fresh_session.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace tellwire::test {
namespace {

constexpr const char *variable = "TELLWIRE_DIRECTORY";

std::filesystem::path makeDirectory()
{
    std::string name = testing::TempDir() + "tellwire-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("cannot make " + name);
    return name;
}

std::optional<std::string> valueOf(const char *name)
{
    const char *value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): see the class
    return value ? std::optional<std::string>{value} : std::nullopt;
}

} // namespace

FreshSession::FreshSession() : m_directory(makeDirectory()), m_before(valueOf(variable))
{
    setenv(variable, m_directory.c_str(), 1);
}

FreshSession::~FreshSession()
{
    if (m_before)
        setenv(variable, m_before->c_str(), 1);
    else
        unsetenv(variable);
    std::error_code ignored; // what a peer holds open is its own; the directory is only temporary
    std::filesystem::remove_all(m_directory, ignored);
}

void removeAtOnce(const std::filesystem::path &directory)
{
    const std::filesystem::path aside = directory.string() + ".removed";
    std::filesystem::rename(directory, aside);
    std::error_code error;
    do {
        std::filesystem::remove_all(aside, error);
    } while (error == std::errc::directory_not_empty);
    if (error)
        throw std::filesystem::filesystem_error("remove a session", aside, error);
}

} // namespace tellwire::test
