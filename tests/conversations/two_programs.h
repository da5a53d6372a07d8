// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/advise_link.h"
#include "conversations/service.h"
#include "dde/transport/thread_sessions.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_session.h"

#include <gtest/gtest.h>

namespace tellwire::test {

using namespace std::chrono_literals;

/// One turn of all sessions of this thread; for eventually().
inline void serveSessions(std::chrono::milliseconds atMost) { (void)transport::waitForSessions(atMost); }

/// Two programs in one thread: a service Quotes with the topic NYSE, published, and a conversation about it.
struct TwoPrograms
{
    FreshSession fresh;
    Session serverSession = Session::join().value();
    Session clientSession = Session::join().value();
    std::unique_ptr<Service> quotes = std::make_unique<Service>(serverSession, "Quotes"_service);
    Topic &nyse = quotes->topic("NYSE"_topic);
    std::unique_ptr<Conversation> talk;

    TwoPrograms()
    {
        EXPECT_TRUE(quotes->publish());
        talk = std::make_unique<Conversation>(clientSession, "Quotes"_service, "NYSE"_topic);
    }

    void open() const
    {
        EXPECT_TRUE(eventually([&] { return talk->state() == Conversation::State::Open; }, serveSessions));
    }
};

/// All that a link says.
struct Heard
{
    QList<Update> updates;
    std::optional<Error> end;

    explicit Heard(AdviseLink &link)
    {
        QObject::connect(&link, &AdviseLink::updated,
                         [this](const Update &update) { updates.append(update); });
        QObject::connect(&link, &AdviseLink::ended, [this](const Error &reason) { end = reason; });
    }
    Heard(const Heard &) = delete;
    Heard &operator=(const Heard &) = delete;

    QByteArrayList values() const
    {
        QByteArrayList bytes;
        for (const Update &update : updates)
            bytes.append(update.value.bytes());
        return bytes;
    }
    bool hasHeard(const QByteArray &value) const { return values().contains(value); }
};

/// What a reply brought, as text: the value, or the name of the error.
template <typename T>
ErrorCode codeOf(const Result<T> &result)
{
    return result ? ErrorCode{} : result.error().code;
}

template <typename T>
ErrorCode codeOf(const Reply<T> &reply)
{
    return codeOf(waitFor(reply, 5s));
}

} // namespace tellwire::test
