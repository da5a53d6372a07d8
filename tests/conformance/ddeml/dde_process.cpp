// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_process.h"

#include "tests/support/wait_readable.h"

#include <array>
#include <sstream>

#include <poll.h>

namespace tellwire::test {
namespace {

std::string after(const std::string &text, const std::string &prefix)
{
    return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string{};
}

DWORD flagsOf(const std::vector<std::string> &options)
{
    for (const std::string &option : options) {
        const std::string flags = after(option, "flags=");
        if (!flags.empty())
            return static_cast<DWORD>(std::stoul(flags, nullptr, 0));
    }
    return 0;
}

Flavour flavourOf(const std::vector<std::string> &options)
{
    return std::find(options.begin(), options.end(), "wide") == options.end() ? Flavour::Narrow
                                                                              : Flavour::Wide;
}

std::string yes(bool isSo) { return isSo ? "yes" : "no"; }

std::string written(const Outcome &outcome)
{
    return outcome.value.empty() ? std::to_string(outcome.result) + ' ' + std::to_string(outcome.error)
                                 : outcome.value;
}

/// The process behind a DdeProcess.
class Obedient
{
public:
    explicit Obedient(const std::vector<std::string> &options)
        : m_program(flagsOf(options), flavourOf(options))
    {
        m_program.decide = [this](const Call &call) -> std::optional<HDDEDATA> {
            if (call.type != XTYP_EXECUTE || !call.data->starts_with("[quit]"))
                return std::nullopt;
            m_quits = true;
            return resultOf(DDE_FACK);
        };
        for (const std::string &option : options) {
            if (const std::string topic = after(option, "topic="); !topic.empty())
                m_program.topics.push_back(topic);
            if (const std::string service = after(option, "service="); !service.empty()) {
                EXPECT_TRUE(m_program.registerService(service));
            }
        }
    }

    int serve()
    {
        peerIsReady();
        while (true) {
            DdeDispatch(m_program.id, 0);
            if (m_quits)
                return 0;
            std::array<pollfd, 2> both{pollfd{descriptorToTest(), POLLIN, 0},
                                       pollfd{DdeGetPollDescriptor(m_program.id), POLLIN, 0}};
            poll(both.data(), both.size(), -1);
            if (both[0].revents == 0)
                continue;
            const std::optional<std::string> line = hearFromTest();
            if (!line || *line == "exit")
                return 0;
            sayToTest(run(*line));
        }
    }

private:
    std::string run(const std::string &line)
    {
        std::istringstream words{line};
        std::string verb;
        std::string first;
        std::string rest;
        words >> verb >> first;
        std::getline(words >> std::ws, rest);
        if (const std::optional<std::string> done = serving(verb, first, rest))
            return *done;
        if (const std::optional<std::string> done = enabling(verb, first))
            return *done;
        return conversing(verb, first, rest);
    }

    std::optional<std::string> serving(const std::string &verb, const std::string &first,
                                       const std::string &rest)
    {
        if (verb == "told")
            return toldSince();
        if (verb == "register")
            return yes(m_program.registerService(first));
        if (verb == "unregister")
            return yes(m_program.unregisterService(first));
        if (verb == "filter")
            return yes(DdeNameService(m_program.id, nullptr, nullptr,
                                      first == "on" ? DNS_FILTERON : DNS_FILTEROFF) != nullptr);
        if (verb == "post")
            return yes(m_program.post(first, rest));
        if (verb == "burst")
            return burst(std::stoi(first), rest);
        if (verb == "value")
            return m_program.values[first] = rest;
        if (verb == "answer") {
            const std::size_t number = rest.rfind(' ');
            const std::string key =
                number == std::string::npos ? first : first + ' ' + rest.substr(0, number);
            m_program.answers[key] = std::stoull(rest.substr(number + 1), nullptr, 0);
            return "yes";
        }
        if (verb == "forget")
            return yes(m_program.answers.erase(rest.empty() ? first : first + ' ' + rest) > 0);
        if (verb == "uninitialise")
            return yes(DdeUninitialize(m_program.id) != FALSE);
        return std::nullopt;
    }

    std::string burst(int count, const std::string &item)
    {
        bool isPosted = true;
        for (int value = 1; value <= count; ++value) {
            m_program.values[item] = std::to_string(value);
            isPosted = m_program.post("*", item) && isPosted;
        }
        return yes(isPosted);
    }

    std::optional<std::string> enabling(const std::string &verb, const std::string &first)
    {
        if (verb == "enable")
            return yes(DdeEnableCallback(m_program.id, newest(),
                                         first.starts_with("all") ? EC_ENABLEALL : EC_ENABLEONE) != FALSE);
        if (verb == "enable-all")
            return yes(DdeEnableCallback(m_program.id, nullptr, EC_ENABLEALL) != FALSE);
        if (verb == "disable")
            return yes(DdeEnableCallback(m_program.id, newest(), EC_DISABLE) != FALSE);
        if (verb == "disable-all")
            return yes(DdeEnableCallback(m_program.id, nullptr, EC_DISABLE) != FALSE);
        if (verb == "waiting")
            return yes(DdeEnableCallback(m_program.id, newest(), EC_QUERYWAITING) != FALSE);
        return std::nullopt;
    }

    std::string conversing(const std::string &verb, const std::string &first, const std::string &rest)
    {
        if (verb == "connect")
            return yes((m_conversation = m_program.connect(first, rest)) != nullptr);
        if (verb == "disconnect")
            return yes(DdeDisconnect(newest()) != FALSE);
        if (verb == "request")
            return written(m_program.request(newest(), first));
        if (verb == "poke")
            return written(m_program.poke(newest(), first, rest));
        if (verb == "execute")
            return written(m_program.execute(newest(), first));
        if (verb == "advise")
            return written(m_program.advise(newest(), first));
        if (verb == "advise-warm")
            return written(m_program.advise(newest(), first, XTYPF_NODATA));
        if (verb == "stop")
            return written(m_program.transact(newest(), XTYP_ADVSTOP, first));
        if (verb == "error")
            return std::to_string(m_program.lastError());
        if (verb == "info")
            return info(first);
        if (verb == "specific") {
            (void)m_program.hears(XTYP_REGISTER);
            return m_program.callsOf(XTYP_REGISTER).at(0).string2.value_or("-");
        }
        return "not understood: " + verb;
    }

    std::string info(const std::string &field)
    {
        const std::optional<CONVINFO> info = m_program.info(newest());
        if (!info)
            return "none";
        if (field == "status")
            return std::to_string(info->wStatus);
        if (field == "partner")
            return yes(info->hConvPartner != nullptr);
        if (field == "country")
            return std::to_string(info->ConvCtxt.wCountryID);
        if (field == "security")
            return std::to_string(info->ConvCtxt.dwSecurity);
        return field == "codepage" ? std::to_string(info->ConvCtxt.iCodePage) : "no such field";
    }

    HCONV newest() const { return m_conversation ? m_conversation : m_program.lastServed; }

    std::string toldSince()
    {
        std::string all;
        for (; m_toldAlready < m_program.calls.size() && all.size() < 50'000; ++m_toldAlready)
            all += m_program.calls.at(m_toldAlready).full() + '\n';
        return all;
    }

    DdeProgram m_program;
    HCONV m_conversation = nullptr;
    bool m_quits = false;
    std::size_t m_toldAlready = 0;
};

} // namespace

TELLWIRE_PEER(DdeProcess) { return Obedient{peerArguments()}.serve(); }

std::string DdeProcess::run(const std::string &line)
{
    m_peer.say(line);
    EXPECT_TRUE(eventually([&] { return waitReadable(m_peer.descriptor(), 0ms); })) << line;
    return hear();
}

void DdeProcess::collect()
{
    std::istringstream lines{run("told")};
    for (std::string line; std::getline(lines, line);)
        if (!line.empty())
            m_full.push_back(line);
}

std::vector<std::string> DdeProcess::toldInFull(const std::string &type)
{
    collect();
    std::vector<std::string> all;
    for (const std::string &line : m_full)
        if (type.empty() || line.starts_with(type + ' '))
            all.push_back(line);
    return all;
}

std::vector<std::string> DdeProcess::told(const std::string &type)
{
    std::vector<std::string> all = toldInFull(type);
    for (std::string &line : all)
        line.erase(line.find(" format="));
    return all;
}

bool DdeProcess::hears(const std::string &type, std::size_t count)
{
    return eventually([&] { return told(type).size() >= count; });
}

} // namespace tellwire::test
