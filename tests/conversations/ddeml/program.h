// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/include/ddeml.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"

#include <QByteArray>
#include <QString>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <vector>

namespace tellwire::test {

/// What a callback was called with, with texts and bytes instead of their handles.
struct Called
{
    UINT type = 0;
    UINT format = 0;
    HCONV conversation = nullptr;
    QString string1;
    QString string2;
    HDDEDATA data = nullptr;
    QByteArray bytes;
    ULONG_PTR word1 = 0;
    ULONG_PTR word2 = 0;
};

inline HDDEDATA ddeResult(std::uintptr_t value) { return reinterpret_cast<HDDEDATA>(value); }

/// A program as it would be for Windows: an instance, and a callback that notes what it is called with and
/// answers as the test says. There may be four at a time.
class Program
{
public:
    explicit Program(DWORD flags = APPCLASS_STANDARD, bool isWide = false)
    {
        static constexpr std::array<PFNCALLBACK, 4> callbacks{onDde<0>, onDde<1>, onDde<2>, onDde<3>};
        m_place = static_cast<std::size_t>(std::ranges::find(programs(), nullptr) - programs().begin());
        programs().at(m_place) = this;
        EXPECT_EQ((isWide ? DdeInitializeW : DdeInitializeA)(&id, callbacks.at(m_place), flags, 0),
                  UINT{DMLERR_NO_ERROR});
    }
    ~Program()
    {
        DdeUninitialize(id);
        programs().at(m_place) = nullptr;
    }
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;

    DWORD id = 0;
    std::vector<Called> calls;
    std::function<HDDEDATA(const Called &)> answer; ///< If there is none: 0.

    HSZ string(const char *text) const { return DdeCreateStringHandleA(id, text, CP_WINANSI); }
    HCONV connect(const char *service, const char *topic) const
    {
        return DdeConnect(id, service == nullptr ? nullptr : string(service),
                          topic == nullptr ? nullptr : string(topic), nullptr);
    }
    UINT lastError() const { return DdeGetLastError(id); }

    /// A synchronous transaction; `data` may be null.
    HDDEDATA transact(HCONV conversation, UINT type, const char *item, UINT format = CF_TEXT,
                      const char *data = nullptr, DWORD *status = nullptr, DWORD limit = 20'000) const
    {
        const DWORD size = data == nullptr ? 0 : static_cast<DWORD>(strlen(data) + 1);
        return DdeClientTransaction(reinterpret_cast<LPBYTE>(const_cast<char *>(data)), size, conversation,
                                    item == nullptr ? nullptr : string(item), format, type, limit, status);
    }

    /// The bytes behind a handle that the program owns; the handle is freed.
    static QByteArray take(HDDEDATA handle)
    {
        const QByteArray bytes = look(handle);
        DdeFreeDataHandle(handle);
        return bytes;
    }

    HDDEDATA data(const QByteArray &bytes, const char *item = nullptr, UINT format = CF_TEXT,
                  UINT flags = 0) const
    {
        return DdeCreateDataHandle(id, reinterpret_cast<LPBYTE>(const_cast<char *>(bytes.constData())),
                                   static_cast<DWORD>(bytes.size()), 0,
                                   item == nullptr ? nullptr : string(item), format, flags);
    }

    std::vector<Called> callsOf(UINT type) const
    {
        std::vector<Called> found;
        std::ranges::copy_if(calls, std::back_inserter(found),
                             [type](const Called &call) { return call.type == type; });
        return found;
    }

    /// Waits until the callback was called so often with the type.
    bool hears(UINT type, std::size_t times = 1) const
    {
        return eventually([&] { return callsOf(type).size() >= times; }, turn());
    }

    Turn turn() const
    {
        return
            [this](std::chrono::milliseconds atMost) { DdeDispatch(id, static_cast<DWORD>(atMost.count())); };
    }

    CONVINFO info(HCONV conversation, DWORD transaction = QID_SYNC) const
    {
        CONVINFO result{};
        result.cb = sizeof(result);
        DdeQueryConvInfo(conversation, transaction, &result);
        return result;
    }

    QString text(HSZ handle) const
    {
        std::array<char, 256> narrow{};
        if (handle != nullptr)
            DdeQueryStringA(id, handle, narrow.data(), narrow.size(), CP_WINANSI);
        return QString::fromLatin1(narrow.data());
    }

private:
    static QByteArray look(HDDEDATA handle)
    {
        QByteArray bytes{static_cast<qsizetype>(DdeGetData(handle, nullptr, 0, 0)), '\0'};
        DdeGetData(handle, reinterpret_cast<LPBYTE>(bytes.data()), static_cast<DWORD>(bytes.size()), 0);
        return bytes;
    }

    static std::array<Program *, 4> &programs()
    {
        static std::array<Program *, 4> all{};
        return all;
    }

    template <std::size_t place>
    static HDDEDATA CALLBACK onDde(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2,
                                   HDDEDATA data, ULONG_PTR word1, ULONG_PTR word2)
    {
        Program &self = *programs().at(place);
        const bool hasBytes = numberOf(data) > 1;
        const Called call{type,
                          format,
                          conversation,
                          self.text(string1),
                          self.text(string2),
                          data,
                          hasBytes ? look(data) : QByteArray{},
                          word1,
                          word2};
        self.calls.push_back(call);
        return self.answer ? self.answer(call) : nullptr;
    }

    static std::uintptr_t numberOf(HDDEDATA data) { return reinterpret_cast<std::uintptr_t>(data); }

    std::size_t m_place = 0;
};

} // namespace tellwire::test
