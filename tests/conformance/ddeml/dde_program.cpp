// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/ddeml/dde_program.h"

#include <QString>

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>
#include <utility>

namespace tellwire::test {
namespace {

constexpr std::size_t slotCount = 8;

// A callback of DDEML has no word of its own, so each program of a thread gets another function.
thread_local std::array<DdeProgram *, slotCount> programs{};

std::size_t freeSlot()
{
    const auto free = std::find(programs.begin(), programs.end(), nullptr);
    EXPECT_NE(free, programs.end()) << "too many programs in this thread";
    return static_cast<std::size_t>(free - programs.begin());
}

const std::map<UINT, std::string> typeNames{
    {XTYP_ERROR, "ERROR"},       {XTYP_ADVDATA, "ADVDATA"},
    {XTYP_ADVREQ, "ADVREQ"},     {XTYP_ADVSTART, "ADVSTART"},
    {XTYP_ADVSTOP, "ADVSTOP"},   {XTYP_EXECUTE, "EXECUTE"},
    {XTYP_CONNECT, "CONNECT"},   {XTYP_CONNECT_CONFIRM, "CONNECT_CONFIRM"},
    {XTYP_POKE, "POKE"},         {XTYP_XACT_COMPLETE, "XACT_COMPLETE"},
    {XTYP_REGISTER, "REGISTER"}, {XTYP_UNREGISTER, "UNREGISTER"},
    {XTYP_REQUEST, "REQUEST"},   {XTYP_DISCONNECT, "DISCONNECT"},
    {XTYP_MONITOR, "MONITOR"},   {XTYP_WILDCONNECT, "WILDCONNECT"},
};

// Bank(0x0123456789ABCDEF) as Bank(..), for tests to compare.
std::string withoutDigits(const std::optional<std::string> &name)
{
    if (!name)
        return "-";
    const std::size_t bracket = name->rfind("(0x");
    return bracket == std::string::npos ? *name : name->substr(0, bracket) + "(..)";
}

std::string printable(std::string bytes)
{
    std::string all;
    for (const char byte : bytes.substr(0, 256))
        all += byte == 0 ? std::string{"\\0"} : std::string{byte};
    return all;
}

std::string bytesOf(HDDEDATA handle)
{
    DWORD length = 0;
    const auto *bytes = reinterpret_cast<const char *>(DdeAccessData(handle, &length));
    std::string copy = bytes ? std::string(bytes, length) : std::string{};
    DdeUnaccessData(handle);
    return copy;
}

} // namespace

std::string nameOfType(UINT type)
{
    const auto found = typeNames.find(type);
    return found == typeNames.end() ? "type " + std::to_string(type) : found->second;
}

std::string Call::brief() const
{
    return nameOfType(type) + ' ' + withoutDigits(string1) + ' ' + withoutDigits(string2);
}

std::string Call::full() const
{
    std::ostringstream line;
    line << brief() << " format=" << format << (conversation ? " conversation" : "");
    if (data)
        line << " data=" << data->size() << ':' << printable(*data);
    else if (handle)
        line << " data=" << numberOf(handle);
    line << " words=";
    if (context)
        line << "context(" << context->wCountryID << ',' << context->iCodePage << ',' << context->dwSecurity
             << ')';
    else
        line << word1;
    line << ',' << word2;
    return line.str();
}

DdeProgram::DdeProgram(DWORD flags, Flavour flavour) : m_slot(freeSlot())
{
    static constexpr std::array<PFNCALLBACK, slotCount> callbacks{
        receive<0>, receive<1>, receive<2>, receive<3>, receive<4>, receive<5>, receive<6>, receive<7>};
    programs.at(m_slot) = this;
    const auto initialise = flavour == Flavour::Wide ? DdeInitializeW : DdeInitializeA;
    EXPECT_EQ(initialise(&id, callbacks.at(m_slot), flags, 0), DMLERR_NO_ERROR);
}

DdeProgram::~DdeProgram()
{
    DdeUninitialize(id);
    programs.at(m_slot) = nullptr;
}

template <std::size_t Slot>
HDDEDATA CALLBACK DdeProgram::receive(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2,
                                      HDDEDATA handle, ULONG_PTR word1, ULONG_PTR word2)
{
    DdeProgram *program = programs.at(Slot);
    if (!program)
        return nullptr;
    return program->onCall(
        program->describe(type, format, conversation, string1, string2, handle, word1, word2));
}

HSZ DdeProgram::string(const std::string &text)
{
    if (text == "*")
        return nullptr;
    HSZ &handle = m_strings[text];
    if (!handle)
        handle =
            DdeCreateStringHandleW(id, QString::fromStdString(text).toStdU16String().c_str(), CP_WINUNICODE);
    return handle;
}

HDDEDATA DdeProgram::data(const std::string &bytes, const std::string &item, UINT format, UINT flags)
{
    std::string copy = bytes;
    return DdeCreateDataHandle(id, reinterpret_cast<LPBYTE>(copy.data()), static_cast<DWORD>(copy.size()), 0,
                               string(item), format, flags);
}

bool DdeProgram::registerService(const std::string &name)
{
    services.push_back(name);
    return DdeNameService(id, string(name), nullptr, DNS_REGISTER) != nullptr;
}

bool DdeProgram::unregisterService(const std::string &name)
{
    return DdeNameService(id, string(name), nullptr, DNS_UNREGISTER) != nullptr;
}

Outcome DdeProgram::transact(HCONV conversation, UINT type, const std::string &item, UINT format,
                             DWORD timeout, std::optional<std::string> value)
{
    Outcome outcome;
    LPBYTE bytes = value ? reinterpret_cast<LPBYTE>(value->data()) : nullptr;
    const DWORD length = value ? static_cast<DWORD>(value->size()) : 0;
    HDDEDATA result = DdeClientTransaction(bytes, length, conversation, string(item), format, type, timeout,
                                           &outcome.status);
    outcome.result = numberOf(result);
    outcome.error = lastError();
    if (type == XTYP_REQUEST && timeout != TIMEOUT_ASYNC && result) {
        outcome.value = bytesOf(result);
        EXPECT_TRUE(DdeFreeDataHandle(result));
    }
    return outcome;
}

std::optional<CONVINFO> DdeProgram::info(HCONV conversation, DWORD transaction)
{
    CONVINFO info{};
    info.cb = sizeof info;
    const UINT size = DdeQueryConvInfo(conversation, transaction, &info);
    return size ? std::optional{info} : std::nullopt;
}

std::string DdeProgram::text(HSZ handle) const
{
    if (!handle)
        return "-";
    std::array<WCHAR, 300> buffer{};
    const DWORD length = DdeQueryStringW(id, handle, buffer.data(), buffer.size(), CP_WINUNICODE);
    return QString::fromUtf16(buffer.data(), static_cast<qsizetype>(length)).toStdString();
}

std::vector<std::string> DdeProgram::told(const std::string &type) const
{
    std::vector<std::string> all;
    for (const Call &call : calls)
        if (type.empty() || nameOfType(call.type) == type)
            all.push_back(call.brief());
    return all;
}

std::vector<Call> DdeProgram::callsOf(UINT type) const
{
    std::vector<Call> all;
    std::copy_if(calls.begin(), calls.end(), std::back_inserter(all),
                 [&](const Call &call) { return call.type == type; });
    return all;
}

bool DdeProgram::hears(UINT type, std::size_t count)
{
    return eventually([&] { return callsOf(type).size() >= count; });
}

Call DdeProgram::describe(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2,
                          HDDEDATA handle, ULONG_PTR word1, ULONG_PTR word2) const
{
    Call call;
    call.type = type;
    call.format = format;
    call.conversation = conversation;
    if (string1)
        call.string1 = text(string1);
    if (string2)
        call.string2 = text(string2);
    call.handle1 = string1;
    call.handle2 = string2;
    call.handle = handle;
    if (numberOf(handle) > 1)
        call.data = bytesOf(handle);
    call.word1 = word1;
    call.word2 = word2;
    if ((type == XTYP_CONNECT || type == XTYP_WILDCONNECT) && word1)
        call.context = *reinterpret_cast<const CONVCONTEXT *>(word1);
    return call;
}

HDDEDATA DdeProgram::onCall(const Call &call)
{
    calls.push_back(call);
    if (call.type == XTYP_CONNECT_CONFIRM)
        lastServed = call.conversation;
    const Call copy = call; // decide() may go on with calls, and so move what is noted.
    if (decide)
        if (const std::optional<HDDEDATA> decided = decide(copy))
            return *decided;
    return answer(copy);
}

HDDEDATA DdeProgram::answer(const Call &call)
{
    const std::string type = nameOfType(call.type);
    const std::string item = call.string2.value_or("-");
    for (const std::string &key : {type + ' ' + item, type})
        if (const auto found = answers.find(key); found != answers.end())
            return resultOf(found->second);
    switch (call.type) {
    case XTYP_CONNECT:
        return resultOf(topics.empty() ||
                        std::find(topics.begin(), topics.end(), *call.string1) != topics.end());
    case XTYP_WILDCONNECT:
        return offer(call);
    case XTYP_REQUEST:
    case XTYP_ADVREQ:
        return item == "Nothing" ? nullptr : data(valueOf(item), call.string2.value_or("*"), call.format);
    case XTYP_ADVSTART:
        return resultOf(item != "Nothing");
    case XTYP_POKE:
        if (item != "Nothing")
            values[item] = call.data.value_or(std::string{});
        [[fallthrough]];
    case XTYP_EXECUTE:
    case XTYP_ADVDATA:
        return resultOf(item == "Nothing" ? DDE_FNOTPROCESSED : DDE_FACK);
    default:
        return nullptr;
    }
}

// Every pair of its services and topics that was asked for.
HDDEDATA DdeProgram::offer(const Call &call)
{
    std::vector<HSZPAIR> pairs;
    for (const std::string &service : services)
        for (const std::string &topic : topics)
            if (call.string2.value_or(service) == service && call.string1.value_or(topic) == topic)
                pairs.push_back({string(service), string(topic)});
    if (pairs.empty())
        return nullptr;
    pairs.push_back({});
    return DdeCreateDataHandle(id, reinterpret_cast<LPBYTE>(pairs.data()),
                               static_cast<DWORD>(pairs.size() * sizeof(HSZPAIR)), 0, nullptr, 0, 0);
}

std::string DdeProgram::valueOf(const std::string &item) const
{
    const auto found = values.find(item);
    return found == values.end() ? item : found->second;
}

} // namespace tellwire::test
