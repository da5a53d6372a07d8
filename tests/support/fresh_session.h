// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace tellwire::test {

/// A base directory for sessions that nobody else has, for this process and the peers it starts: a private
/// one (0700) below the directory of temporary files, named in TELLWIRE_DIRECTORY. Its end removes the
/// directory and puts the variable back.
/// Thread: make and destroy it while no other thread runs, since it changes the environment.
class FreshSession
{
public:
    FreshSession();
    ~FreshSession();
    FreshSession(const FreshSession &) = delete;
    FreshSession &operator=(const FreshSession &) = delete;

    [[nodiscard]] const std::filesystem::path &directory() const { return m_directory; }

private:
    std::filesystem::path m_directory;
    std::optional<std::string> m_before;
};

/// As a log-out does: `directory`, of a session or of all, is gone at once and for good. Takes it out of its
/// place first, since programs begin a new session where the old one was; and removes what they wrote into
/// the old one meanwhile.
void removeAtOnce(const std::filesystem::path &directory);

} // namespace tellwire::test
