// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"
#include "conversations/service.h"
using namespace tellwire;
using namespace std::chrono_literals;

int main()
{
    const Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
    if (!quotes.publish())
        return 1;

    Conversation client{session, "Quotes"_service, "NYSE"_topic}; // any other program can do the same
    AdviseLink zaxx{client, "ZAXX"_item};
    std::puts("ZAXX is " + waitFor(zaxx.next(), 5s)->value.bytes());
    nyse.setItem("ZAXX"_item, QStringLiteral("12.75"));
    std::puts("ZAXX is now " + waitFor(zaxx.next(), 5s)->value.bytes());
}
