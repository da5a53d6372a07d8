// SPDX-License-Identifier: Apache-2.0
#include "dde/transport/policy.h"

#include "dde/transport/configuration.h"
#include "dde/transport/file_descriptor.h"
#include "dde/transport/system_calls.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QStringList>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <set>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tellwire::transport {
namespace {

using Json = nlohmann::json;

constexpr off_t largestFile = 64 << 10;
constexpr qsizetype longestPattern = 4096; // As long as a path may be.

struct NamedRight
{
    const char *name;
    Right right;
};

constexpr std::array namedRights{
    NamedRight{"connect", Right::Connect}, NamedRight{"request", Right::Request},
    NamedRight{"advise", Right::Advise},   NamedRight{"poke", Right::Poke},
    NamedRight{"execute", Right::Execute},
};

/// Something wrong with a rule, or with what it has under a key.
Error wrong(const QString &what) { return {ErrorCode::BadData, what}; }

QString inQuotes(const std::string &text)
{
    return QStringLiteral("\"%1\"").arg(QString::fromStdString(text));
}

// The file

Error unusable(const QString &name, ErrorCode code, const QString &why)
{
    return {code, QStringLiteral("read the policy file %1: %2").arg(name, why)};
}

/// The file is at fault, unless it is this program that has nothing left to read it with.
Error systemFailure(const QString &name, int reason)
{
    const bool isShort = systemError(reason, {}).code == ErrorCode::OutOfSpace;
    return unusable(name, isShort ? ErrorCode::OutOfSpace : ErrorCode::BadData, qt_error_string(reason));
}

/// Nothing if there is none and none is wanted. Waits for nobody, should it be a pipe.
Result<std::optional<QByteArray>> textOf(const QString &name, bool isWanted)
{
    const FileDescriptor file{
        ::open(QFile::encodeName(name).constData(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    if (!file.isValid() && !isWanted && (errno == ENOENT || errno == ENOTDIR))
        return std::optional<QByteArray>{};
    struct stat status
    {};
    if (!file.isValid() || ::fstat(file.get(), &status) != 0)
        return systemFailure(name, errno);
    if (!S_ISREG(status.st_mode))
        return unusable(name, ErrorCode::BadData, QStringLiteral("it is not a file"));
    if ((status.st_uid != ::geteuid() && status.st_uid != 0) || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return unusable(
            name, ErrorCode::AccessDenied,
            QStringLiteral("other users may change it; make it yours, and run: chmod go-w %1").arg(name));
    QByteArray text(largestFile + 1, Qt::Uninitialized);
    const ssize_t length = ::read(file.get(), text.data(), static_cast<std::size_t>(text.size()));
    if (length < 0)
        return systemFailure(name, errno);
    if (length > largestFile)
        return unusable(name, ErrorCode::BadData,
                        QStringLiteral("it is longer than %1 bytes").arg(largestFile));
    text.truncate(length);
    return std::optional{text};
}

QString placeOf(const QByteArray &text, std::size_t byte)
{
    const QByteArray before =
        text.first(std::clamp<qsizetype>(static_cast<qsizetype>(byte) - 1, 0, text.size()));
    return QStringLiteral("line %1, column %2")
        .arg(before.count('\n') + 1)
        .arg(before.size() - before.lastIndexOf('\n'));
}

/// Nothing in a policy may be passed over, and of two values under one key the parser takes the last.
Result<Json> parse(const QByteArray &text)
{
    // The parser takes a zero byte for the end, and a rule behind it would be passed over.
    if (const qsizetype zero = text.indexOf('\0'); zero >= 0)
        return wrong(
            QStringLiteral("%1: this is not JSON").arg(placeOf(text, static_cast<std::size_t>(zero) + 1)));
    std::vector<std::set<std::string>> open;
    std::optional<std::string> repeated;
    const auto onEvent = [&](int, Json::parse_event_t event, Json &parsed) {
        if (event == Json::parse_event_t::object_start)
            open.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            open.pop_back();
        else if (event == Json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second)
            repeated = parsed.get<std::string>();
        return true;
    };
    try {
        Json content = Json::parse(text.begin(), text.end(), onEvent, true, true);
        if (repeated)
            return wrong(QStringLiteral("%1 is there twice in one place").arg(inQuotes(*repeated)));
        return content;
    } catch (const Json::parse_error &error) {
        return wrong(QStringLiteral("%1: this is not JSON").arg(placeOf(text, error.byte)));
    }
}

// Its rules

Result<QString> patternIn(const Json &value)
{
    const QString text = value.is_string() ? QString::fromStdString(value.get<std::string>()) : QString{};
    if (text.isEmpty() || text.size() > longestPattern)
        return wrong(QStringLiteral("must be a text of 1 to %1 characters").arg(longestPattern));
    return text;
}

Result<quint32> numberIn(const Json &value)
{
    const bool isNumber =
        value.is_number_unsigned() && value.get<std::uint64_t>() < std::numeric_limits<quint32>::max();
    if (!isNumber)
        return wrong(QStringLiteral("must be the number of a user or a group"));
    return value.get<quint32>();
}

QStringList namesOfRights()
{
    QStringList names;
    for (const NamedRight &named : namedRights)
        names.append(QLatin1StringView{named.name});
    return names;
}

Result<Rights> rightsIn(const Json &value)
{
    if (value == "all")
        return allRights;
    Rights rights;
    for (const Json &element : value.is_array() ? value : Json::array()) {
        const auto found =
            std::ranges::find_if(namedRights, [&](const NamedRight &named) { return element == named.name; });
        if (found == namedRights.end())
            return wrong(QStringLiteral("has %1, which is none of %2")
                             .arg(QString::fromStdString(element.dump(-1, ' ', true)),
                                  namesOfRights().join(QStringLiteral(", "))));
        rights |= found->right;
    }
    if (!rights)
        return wrong(QStringLiteral("must be \"all\", or a list of some of %1")
                         .arg(namesOfRights().join(QStringLiteral(", "))));
    return rights;
}

template <typename T>
Result<void> store(std::optional<T> &place, const Result<T> &value)
{
    if (!value)
        return value.error();
    place = *value;
    return {};
}

Result<void> storeRights(PolicyRule &rule, bool isAllowed, const Result<Rights> &rights)
{
    if (!rights)
        return rights.error();
    if (rule.rights)
        return wrong(QStringLiteral("is there beside the other one; make two rules of it"));
    rule.rights = *rights;
    rule.isAllowed = isAllowed;
    return {};
}

Result<void> apply(PolicyRule &rule, const std::string &key, const Json &value)
{
    if (key == "executable")
        return store(rule.executable, patternIn(value));
    if (key == "sandbox")
        return store(rule.sandbox, patternIn(value));
    if (key == "uid")
        return store(rule.uid, numberIn(value));
    if (key == "gid")
        return store(rule.gid, numberIn(value));
    if (key == "service")
        return store(rule.service, patternIn(value));
    if (key == "topic")
        return store(rule.topic, patternIn(value));
    if (key == "item")
        return store(rule.item, patternIn(value));
    if (key == "allow" || key == "deny")
        return storeRights(rule, key == "allow", rightsIn(value));
    return wrong(QStringLiteral("is no key of a rule; docs/rights.md lists them"));
}

Result<PolicyRule> ruleIn(const Json &value)
{
    if (!value.is_object())
        return wrong(QStringLiteral("is not an object"));
    PolicyRule rule;
    for (const auto &[key, part] : value.items())
        if (const Result<void> applied = apply(rule, key, part); !applied)
            return wrong(QStringLiteral("%1 %2").arg(inQuotes(key), applied.error().detail));
    if (!rule.rights)
        return wrong(QStringLiteral("says neither \"allow\" nor \"deny\""));
    if (rule.item && rule.rights == allRights)
        rule.rights = rightsToItems;
    if (rule.item && (rule.rights & ~rightsToItems))
        return wrong(QStringLiteral("is about an item, and connect and execute are not"));
    return rule;
}

Result<std::vector<PolicyRule>> rulesIn(const QByteArray &text)
{
    const Result<Json> content = parse(text);
    if (!content)
        return content.error();
    const bool hasRules =
        content->is_object() && content->contains("rules") && (*content)["rules"].is_array();
    if (!hasRules || content->size() != 1)
        return wrong(QStringLiteral("it must be an object with a list of \"rules\", and nothing else"));
    std::vector<PolicyRule> rules;
    for (const Json &value : (*content)["rules"]) {
        const Result<PolicyRule> rule = ruleIn(value);
        if (!rule)
            return wrong(QStringLiteral("rule %1: %2").arg(rules.size() + 1).arg(rule.error().detail));
        rules.push_back(*rule);
    }
    return rules;
}

} // namespace

QString nameOf(Right right)
{
    const auto found = std::ranges::find(namedRights, right, &NamedRight::right);
    return found == namedRights.end() ? QString{} : QString{QLatin1StringView{found->name}};
}

Result<Policy> Policy::load(const Environment &environment)
{
    const QString named = environment.value("TELLWIRE_POLICY");
    const QString name =
        named.isEmpty() ? settingsDirectory(environment) + QStringLiteral("/policy.json") : named;
    const Result<std::optional<QByteArray>> text = textOf(name, !named.isEmpty());
    if (!text)
        return text.error();
    if (!*text)
        return Policy{};
    Result<std::vector<PolicyRule>> rules = rulesIn(**text);
    if (!rules)
        return unusable(name, rules.error().code, rules.error().detail);
    return Policy{name, *std::move(rules)};
}

} // namespace tellwire::transport
