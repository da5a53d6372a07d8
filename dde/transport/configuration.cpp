// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/configuration.h"

#include "formats/json_format.h"

#include <nlohmann/json.hpp>

#include <QFile>

#include <array>
#include <cerrno>
#include <functional>
#include <limits>
#include <optional>

#include <unistd.h>

namespace tellwire::transport {
namespace {

constexpr std::uint64_t hardPayloadLimit = std::uint64_t{1} << 30;
constexpr std::uint64_t hardArenaLimit = std::uint64_t{16} << 30;
constexpr qint64 largestFile = 64 << 10;

/// One setting: its key in the file, its environment variable, its range, and where it goes.
struct Setting
{
    const char *key;
    const char *variable;
    std::uint64_t least;
    std::uint64_t most;
    void (*apply)(Configuration &, std::uint64_t);
};

std::chrono::milliseconds milliseconds(std::uint64_t value)
{
    return std::chrono::milliseconds{static_cast<std::int64_t>(value)};
}

constexpr std::array settings{
    Setting{"payloadLimit", "TELLWIRE_PAYLOAD_LIMIT", 1, hardPayloadLimit,
            [](Configuration &all, std::uint64_t value) { all.payloadLimit = value; }},
    Setting{"arenaLimit", "TELLWIRE_ARENA_LIMIT", std::uint64_t{1} << 20, hardArenaLimit,
            [](Configuration &all, std::uint64_t value) { all.arenaLimit = value; }},
    Setting{"queueBytes", "TELLWIRE_QUEUE_BYTES", 4096, hardArenaLimit,
            [](Configuration &all, std::uint64_t value) { all.queueBytes = value; }},
    Setting{"queueUpdates", "TELLWIRE_QUEUE_UPDATES", 1, 1U << 20,
            [](Configuration &all, std::uint64_t value) { all.queueUpdates = value; }},
    Setting{"maxPeers", "TELLWIRE_MAX_PEERS", 1, 1U << 16,
            [](Configuration &all, std::uint64_t value) { all.maxPeers = value; }},
    Setting{"connectTimeout", "TELLWIRE_CONNECT_TIMEOUT", 1, 3'600'000,
            [](Configuration &all, std::uint64_t value) { all.connectTimeout = milliseconds(value); }},
    Setting{"handshakeTimeout", "TELLWIRE_HANDSHAKE_TIMEOUT", 1, 3'600'000,
            [](Configuration &all, std::uint64_t value) { all.handshakeTimeout = milliseconds(value); }},
    Setting{"requestTimeout", "TELLWIRE_REQUEST_TIMEOUT", 1, 3'600'000,
            [](Configuration &all, std::uint64_t value) { all.requestTimeout = milliseconds(value); }},
    Setting{"clipboardLimit", "TELLWIRE_CLIPBOARD_LIMIT", 1, hardArenaLimit,
            [](Configuration &all, std::uint64_t value) { all.clipboardLimit = value; }},
    Setting{"clipboardRenderLimit", "TELLWIRE_CLIPBOARD_RENDER_LIMIT", 0, hardArenaLimit,
            [](Configuration &all, std::uint64_t value) { all.clipboardRenderLimit = value; }},
    Setting{"clipboardRenderTime", "TELLWIRE_CLIPBOARD_RENDER_TIME", 0, 3'600'000,
            [](Configuration &all, std::uint64_t value) { all.clipboardRenderTime = milliseconds(value); }},
    Setting{"clipboardVolumes", "TELLWIRE_CLIPBOARD_VOLUMES", 1, 3,
            [](Configuration &all, std::uint64_t value) { all.clipboardVolumes = value; }},
};

Result<void> set(Configuration &configuration, const Setting &setting, const QString &where,
                 std::optional<std::uint64_t> value)
{
    if (!value || *value < setting.least || *value > setting.most)
        return Error{ErrorCode::BadData,
                     QStringLiteral("read the configuration: %1 must be a whole number from %2 to %3")
                         .arg(where)
                         .arg(setting.least)
                         .arg(setting.most)};
    setting.apply(configuration, *value);
    return {};
}

QString fileName(const Environment &environment)
{
    const QString named = environment.value("TELLWIRE_CONFIG");
    return named.isEmpty() ? settingsDirectory(environment) + QStringLiteral("/config.json") : named;
}

Error unreadable(const QString &name, const QString &why)
{
    return {ErrorCode::BadData, QStringLiteral("read the configuration file %1: %2").arg(name, why)};
}

Result<void> applyKey(Configuration &configuration, const QString &name, const std::string &key,
                      const nlohmann::json &value)
{
    for (const Setting &setting : settings)
        if (key == setting.key) {
            const std::optional<std::uint64_t> number =
                value.is_number_unsigned() ? std::optional{value.get<std::uint64_t>()} : std::nullopt;
            return set(configuration, setting,
                       QStringLiteral("\"%1\" in %2").arg(QString::fromStdString(key), name), number);
        }
    return unreadable(name, QStringLiteral("there is no setting \"%1\"; docs/configuration.md lists them")
                                .arg(QString::fromStdString(key)));
}

/// As a rule there is none, and to learn that from QFile costs as much as the rest of joining.
bool isThere(const QString &name)
{
    return ::access(QFile::encodeName(name).constData(), F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

Result<void> applyFile(Configuration &configuration, const QString &name, bool isWanted)
{
    if (!isWanted && !isThere(name))
        return {};
    QFile file{name};
    if (!file.open(QIODevice::ReadOnly))
        return isWanted ? Result<void>{unreadable(name, file.errorString())} : Result<void>{};
    if (file.size() > largestFile)
        return unreadable(name, QStringLiteral("it is longer than %1 bytes").arg(largestFile));
    const Result<nlohmann::json> content = parseJson(file.readAll(), JsonComments::Skipped);
    if (!content)
        return unreadable(name, content.error().detail);
    if (!content->is_object())
        return unreadable(name, QStringLiteral("it is not a JSON object"));
    for (const auto &[key, value] : content->items())
        if (const Result<void> applied = applyKey(configuration, name, key, value); !applied)
            return applied;
    return {};
}

Result<void> applyEnvironment(Configuration &configuration, const Environment &environment)
{
    for (const Setting &setting : settings) {
        if (!environment.contains(setting.variable))
            continue;
        bool isNumber = false;
        const qulonglong number = environment.value(setting.variable).toULongLong(&isNumber);
        if (const Result<void> applied = set(configuration, setting, QLatin1StringView(setting.variable),
                                             isNumber ? std::optional<std::uint64_t>{number} : std::nullopt);
            !applied)
            return applied;
    }
    return {};
}

std::uint64_t quarterOfMemory()
{
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long length = sysconf(_SC_PAGESIZE);
    const std::uint64_t all =
        static_cast<std::uint64_t>(std::max(pages, 1L)) * static_cast<std::uint64_t>(std::max(length, 4096L));
    return std::min(all / 4, hardArenaLimit);
}

} // namespace

QString settingsDirectory(const Environment &environment)
{
    QString home = environment.value("XDG_CONFIG_HOME");
    if (home.isEmpty())
        home = environment.value("HOME") + QStringLiteral("/.config");
    return home + QStringLiteral("/tellwire");
}

Result<Configuration> Configuration::load(const Environment &environment)
{
    Configuration configuration;
    configuration.arenaLimit = quarterOfMemory();
    const bool isWanted = !environment.value("TELLWIRE_CONFIG").isEmpty();
    if (const Result<void> applied = applyFile(configuration, fileName(environment), isWanted); !applied)
        return applied.error();
    if (const Result<void> applied = applyEnvironment(configuration, environment); !applied)
        return applied.error();
    return configuration;
}

} // namespace tellwire::transport
