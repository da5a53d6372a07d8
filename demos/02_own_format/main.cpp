// SPDX-License-Identifier: Apache-2.0
#include "conversations/conversation.h"
#include "conversations/service.h"
#include "formats/json_format.h"

#include <cstdio>

using namespace tellwire;
using namespace std::chrono_literals;

struct Quote
{
    std::string symbol;
    double price = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Quote, symbol, price)

template <>
struct tellwire::FormatOf<Quote> : JsonFormat<Quote, "application/x-quote+json">
{};

namespace {

FormatRegistry quotesAsText()
{
    FormatRegistry registry = FormatRegistry::withStandardConversions();
    registry.addConversion<Quote, QString>([](const Quote &quote) {
        return QStringLiteral("%1 costs %2").arg(QString::fromStdString(quote.symbol)).arg(quote.price);
    });
    return registry;
}

void show(const Result<Update> &answer)
{
    if (answer)
        std::printf("%s: %s\n", qPrintable(answer->value.format().name()), answer->value.bytes().constData());
    else
        std::printf("%s\n", qPrintable(errorName(answer.error().code)));
}

} // namespace

int main()
{
    const Session session = Session::join().value();
    Service quotes{session, "Quotes"_service};
    quotes.setConversions(quotesAsText());
    quotes.topic("NYSE"_topic).setItem("ZAXX"_item, Quote{"ZAXX", 12.5});
    if (!quotes.publish())
        return 1;

    Conversation client{session, "Quotes"_service, "NYSE"_topic};
    show(waitFor(client.request("ZAXX"_item, formatOf<Quote>()), 5s)); // as it was published
    show(waitFor(client.request("ZAXX"_item, Format::text()), 5s));    // converted, since somebody asked
    show(waitFor(client.request("ZAXX"_item, Format::png()), 5s));     // nobody can make a picture of it
}
