// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/ddeml/calls.h"
#include "conversations/ddeml/include/ddeml.h"
#include "tests/conversations/raw_client.h"

#include <gmock/gmock.h>

#include <functional>
#include <vector>

namespace tellwire::test {

/// What a callback was called with, in words.
struct ServerCall
{
    UINT type = 0;
    UINT format = 0;
    HCONV conversation = nullptr;
    QString string1;
    QString string2;
    QByteArray data;
    ULONG_PTR word1 = 0;
    ULONG_PTR word2 = 0;
    HSZ item = nullptr; ///< The second string as it came.
};

/// A program that uses the functions of <ddeml.h> as a server, and notes what its callback is called with.
/// There can be one in a thread.
class ServerProgram
{
public:
    explicit ServerProgram(DWORD flags = 0, bool isWide = false)
    {
        ServerProgram::only = this;
        EXPECT_EQ(isWide ? DdeInitializeW(&m_id, &onCallback, flags, 0)
                         : DdeInitializeA(&m_id, &onCallback, flags, 0),
                  UINT{DMLERR_NO_ERROR});
    }
    ~ServerProgram()
    {
        DdeUninitialize(m_id);
        ServerProgram::only = nullptr;
    }
    ServerProgram(const ServerProgram &) = delete;
    ServerProgram &operator=(const ServerProgram &) = delete;

    DWORD id() const { return m_id; }
    transport::PeerId peer() const { return ddeml::ThreadInstances::ofThisThread().seat().id(); }

    HSZ string(const char *text) const { return DdeCreateStringHandleA(m_id, text, CP_WINANSI); }
    HDDEDATA data(const QByteArray &bytes, HSZ item, UINT format = CF_TEXT, UINT flags = 0) const
    {
        QByteArray copy = bytes;
        return DdeCreateDataHandle(m_id, reinterpret_cast<LPBYTE>(copy.data()),
                                   static_cast<DWORD>(copy.size()), 0, item, format, flags);
    }
    bool enter(const char *name = "Quotes") const
    {
        return DdeNameService(m_id, string(name), nullptr, DNS_REGISTER) != nullptr;
    }
    UINT lastError() const { return DdeGetLastError(m_id); }

    /// All calls of that kind, in order.
    std::vector<ServerCall> callsOf(UINT type) const
    {
        std::vector<ServerCall> calls;
        for (const ServerCall &call : m_calls)
            if (call.type == type)
                calls.push_back(call);
        return calls;
    }
    std::vector<UINT> types() const
    {
        std::vector<UINT> types;
        for (const ServerCall &call : m_calls)
            types.push_back(call.type);
        return types;
    }
    bool wasCalled(UINT type, std::size_t times = 1) const
    {
        return eventually([&] { return callsOf(type).size() >= times; }, serveSessions);
    }
    void forgetCalls() { m_calls.clear(); }

    /// What the callback answers.
    std::function<HDDEDATA(const ServerCall &)> react = [](const ServerCall &) { return HDDEDATA{}; };

private:
    static HDDEDATA onCallback(UINT type, UINT format, HCONV conversation, HSZ string1, HSZ string2,
                               HDDEDATA data, ULONG_PTR word1, ULONG_PTR word2)
    {
        ServerCall call{type,  format, conversation, only->text(string1), only->text(string2), {},
                        word1, word2,  string2};
        if (data != nullptr) {
            DWORD size = 0;
            const LPBYTE bytes = DdeAccessData(data, &size);
            call.data = QByteArray{reinterpret_cast<const char *>(bytes), static_cast<qsizetype>(size)};
        }
        only->m_calls.push_back(call);
        return only->react(call);
    }
    QString text(HSZ string) const
    {
        std::array<char16_t, 256> buffer{};
        DdeQueryStringW(m_id, string, buffer.data(), static_cast<DWORD>(buffer.size()), CP_WINUNICODE);
        return QString::fromUtf16(buffer.data());
    }

    inline static ServerProgram *only = nullptr;
    DWORD m_id = 0;
    std::vector<ServerCall> m_calls;
};

inline HDDEDATA accepted() { return ddeml::plainResult(TRUE); }
inline HDDEDATA statusWord(UINT bits) { return ddeml::plainResult(bits); }

/// A program Quotes that takes all conversations and links, and a client that speaks the bare protocol.
struct TalkingServer
{
    FreshSession fresh;
    ServerProgram program;
    std::unique_ptr<RawClient> client;
    /// What it answers besides.
    std::function<HDDEDATA(const ServerCall &)> react = [](const ServerCall &) { return HDDEDATA{}; };

    explicit TalkingServer(DWORD flags = 0, bool isWide = false) : program(flags, isWide)
    {
        program.react = [this](const ServerCall &call) {
            return call.type == XTYP_CONNECT || call.type == XTYP_ADVSTART ? accepted() : react(call);
        };
        EXPECT_TRUE(program.enter());
        client = std::make_unique<RawClient>(program.peer());
    }
    TalkingServer(const TalkingServer &) = delete;
    TalkingServer &operator=(const TalkingServer &) = delete;

    /// As a client of the exact face.
    void open(protocol::ConversationId conversation = 1, const TopicName &topic = "NYSE"_topic) const
    {
        client->say(initiation(conversation, topic));
        EXPECT_TRUE(client->hear<protocol::Opened>());
    }
    static protocol::Initiate initiation(protocol::ConversationId conversation,
                                         const TopicName &topic = "NYSE"_topic)
    {
        return {.conversation = conversation,
                .service = "Quotes"_service,
                .topic = topic,
                .context = protocol::ConversationContext{.instance = 42}};
    }
    HCONV conversation() const { return program.callsOf(XTYP_CONNECT_CONFIRM).back().conversation; }

    void link(protocol::LinkId id, const ItemName &item = "ZAXX"_item, FormatNumber format = CF_TEXT,
              LinkKind kind = LinkKind::Hot, LinkPace pace = LinkPace::EveryUpdate,
              protocol::ConversationId conversation = 1) const
    {
        client->say(protocol::Advise{.link = id,
                                     .conversation = conversation,
                                     .item = item,
                                     .kind = kind,
                                     .pace = pace,
                                     .window = static_cast<std::uint16_t>(pace == LinkPace::Acknowledged),
                                     .formats = {format}});
        EXPECT_TRUE(client->hear<protocol::Advised>());
    }
    bool post(const char *topic, const char *item) const
    {
        return DdePostAdvise(program.id(), topic ? program.string(topic) : nullptr,
                             item ? program.string(item) : nullptr) != FALSE;
    }
    /// The first words of the questions for values.
    std::vector<UINT> counts() const
    {
        std::vector<UINT> counts;
        for (const ServerCall &call : program.callsOf(XTYP_ADVREQ))
            counts.push_back(LOWORD(call.word1));
        return counts;
    }
    QByteArrayList values() const
    {
        QByteArrayList bytes;
        for (const protocol::Value &value : client->heard<protocol::Value>())
            bytes.append(value.value.array());
        return bytes;
    }
};

} // namespace tellwire::test
