// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <windows.h>

#include <ddeml.h>

namespace tellwire::test {

using namespace std::chrono_literals;

/// The results of callbacks and transactions as the pointers that they are.
inline HDDEDATA resultOf(ULONG_PTR value) { return reinterpret_cast<HDDEDATA>(value); }
inline ULONG_PTR numberOf(HDDEDATA result) { return reinterpret_cast<ULONG_PTR>(result); }

/// What a callback was told. Strings and data are copies.
struct Call
{
    UINT type = 0;
    UINT format = 0;
    HCONV conversation = nullptr;
    std::optional<std::string> string1;
    std::optional<std::string> string2;
    HSZ handle1 = nullptr; ///< Of string1; known until the callback returns.
    HSZ handle2 = nullptr;
    HDDEDATA handle = nullptr;
    std::optional<std::string> data;
    ULONG_PTR word1 = 0;
    ULONG_PTR word2 = 0;
    std::optional<CONVCONTEXT> context;

    /// "REQUEST Rates USD", with "-" for a handle that is 0; the end of an instance's own name as "(..)".
    [[nodiscard]] std::string brief() const;
    /// That, and the rest: "EXECUTE Rates - format=0 conversation data=4:[go] words=0,0".
    [[nodiscard]] std::string full() const;
};

/// How a client's transaction ended.
struct Outcome
{
    ULONG_PTR result = 0;
    DWORD status = 0xABCD'EF01; ///< As long as the call leaves it alone.
    UINT error = 0;
    std::string value; ///< Of a request that was answered.
};

inline constexpr DWORD untouched = 0xABCD'EF01;

enum class Flavour { Narrow, Wide };

/// A DDEML program: an instance whose callback writes down what it is told, and answers by a table.
///
/// It accepts every connection, and gives values[item] to whoever wants it, or the item's own name; what is
/// poked becomes the value. An item named Nothing is refused. answers[] goes before that, and decide() before
/// everything. Thread: the one that made it.
class DdeProgram
{
public:
    explicit DdeProgram(DWORD flags = 0, Flavour flavour = Flavour::Narrow);
    ~DdeProgram();
    DdeProgram(const DdeProgram &) = delete;
    DdeProgram &operator=(const DdeProgram &) = delete;

    /// A program that serves these names.
    explicit DdeProgram(const std::vector<std::string> &names) : DdeProgram()
    {
        for (const std::string &name : names)
            EXPECT_TRUE(registerService(name));
    }

    DWORD id = 0;
    std::vector<Call> calls;
    std::map<std::string, std::string> values; ///< Of items.
    std::map<std::string, ULONG_PTR> answers;  ///< To "REQUEST" or "REQUEST USD".
    std::vector<std::string> topics;           ///< That it accepts; none: all. What it offers to wildcards.
    std::vector<std::string> services;         ///< That it offers to wildcards.
    std::function<std::optional<HDDEDATA>(const Call &)> decide;
    HCONV lastServed = nullptr; ///< The newest conversation of which it is the server.

    /// A handle that lives as long as the program; 0 for "*".
    HSZ string(const std::string &text);
    HDDEDATA data(const std::string &bytes, const std::string &item = "*", UINT format = CF_TEXT,
                  UINT flags = 0);
    [[nodiscard]] UINT lastError() const { return DdeGetLastError(id); }

    bool registerService(const std::string &name);
    bool unregisterService(const std::string &name = "*");
    bool post(const std::string &topic, const std::string &item)
    {
        return DdePostAdvise(id, string(topic), string(item)) != FALSE;
    }

    HCONV connect(const std::string &service, const std::string &topic, PCONVCONTEXT context = nullptr)
    {
        return DdeConnect(id, string(service), string(topic), context);
    }

    /// A transaction with the item ("*": none); the value goes with a poke or an execute.
    Outcome transact(HCONV conversation, UINT type, const std::string &item, UINT format = CF_TEXT,
                     DWORD timeout = 20'000, std::optional<std::string> value = {});
    Outcome request(HCONV conversation, const std::string &item, UINT format = CF_TEXT,
                    DWORD timeout = 20'000)
    {
        return transact(conversation, XTYP_REQUEST, item, format, timeout);
    }
    Outcome poke(HCONV conversation, const std::string &item, const std::string &value,
                 DWORD timeout = 20'000)
    {
        return transact(conversation, XTYP_POKE, item, CF_TEXT, timeout, value);
    }
    Outcome execute(HCONV conversation, const std::string &command, DWORD timeout = 20'000)
    {
        return transact(conversation, XTYP_EXECUTE, "*", 0, timeout, command);
    }
    Outcome advise(HCONV conversation, const std::string &item, UINT flags = 0, UINT format = CF_TEXT)
    {
        return transact(conversation, XTYP_ADVSTART | flags, item, format);
    }

    /// Nothing, if the call gave 0.
    std::optional<CONVINFO> info(HCONV conversation, DWORD transaction = QID_SYNC);
    std::string text(HSZ handle) const; ///< "-" for 0.

    /// What was told in a few words; only of one type if it is named.
    [[nodiscard]] std::vector<std::string> told(const std::string &type = {}) const;
    [[nodiscard]] std::vector<Call> callsOf(UINT type) const;
    /// True as soon as so many of that type were told.
    [[nodiscard]] bool hears(UINT type, std::size_t count = 1);

private:
    Call describe(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2, HDDEDATA handle,
                  ULONG_PTR word1, ULONG_PTR word2) const;
    HDDEDATA onCall(const Call &call);
    HDDEDATA answer(const Call &call);
    HDDEDATA offer(const Call &call);
    std::string valueOf(const std::string &item) const;

    template <std::size_t Slot>
    static HDDEDATA CALLBACK receive(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2,
                                     HDDEDATA handle, ULONG_PTR word1, ULONG_PTR word2);

    std::size_t m_slot;
    std::map<std::string, HSZ> m_strings;
};

/// "REQUEST" for XTYP_REQUEST.
std::string nameOfType(UINT type);

} // namespace tellwire::test
