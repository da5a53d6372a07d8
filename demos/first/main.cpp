// SPDX-License-Identifier: Apache-2.0
#include "conversations/advise_link.h"
#include "conversations/service.h"
#include <cstdio>
using namespace tellwire;
using namespace std::chrono_literals;

int main()
{
    const Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    Topic &nyse = quotes.topic("NYSE"_topic);
    nyse.setItem("ZAXX"_item, QStringLiteral("12.50"));
    nyse.onPoke([&nyse](const ItemName &item, const Payload &price) -> Result<void> {
        nyse.setItem(item, price);
        return {};
    });
    if (!quotes.publish())
        return 1;

    Conversation client{session, "Quotes"_service, "NYSE"_topic}; // any other program can do the same
    AdviseLink zaxx{client, "ZAXX"_item};
    std::puts("ZAXX is " + waitFor(zaxx.next(), 5s)->value.bytes());
    if (waitFor(client.poke("ZAXX"_item, QStringLiteral("12.75")), 5s))
        std::puts("ZAXX is now " + waitFor(zaxx.next(), 5s)->value.bytes());
}
