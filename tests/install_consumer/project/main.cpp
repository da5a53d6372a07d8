// SPDX-License-Identifier: Apache-2.0
#include "formats/error.h"
#include "formats/format.h"

#include <tellwire/conversations/conversation.h>
#include <tellwire/conversations/service.h>
#include <tellwire/formats/json_format.h>

#include <cstdlib>
#include <filesystem>
#include <string>

struct Quote
{
    std::string symbol;
    double price = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Quote, symbol, price)
template <>
struct tellwire::FormatOf<Quote> : tellwire::JsonFormat<Quote, "application/x-quote+json">
{};

namespace {

/// Publishes a value of an own type, and asks for it as another program would.
bool talks()
{
    using namespace tellwire;
    using namespace std::chrono_literals;
    const Result<Session> session = Session::join();
    if (!session)
        return false;
    Service quotes{*session, "Quotes"_service};
    quotes.topic("NYSE"_topic).setItem("ZAXX"_item, Quote{"ZAXX", 12.5});
    if (!quotes.publish())
        return false;
    Conversation client{*session, "Quotes"_service, "NYSE"_topic};
    const Result<Update> answer = waitFor(client.request("ZAXX"_item, formatOf<Quote>()), 5s);
    const Result<Quote> quote =
        answer.and_then([](const Update &update) { return update.value.as<Quote>(); });
    return quote && quote->price == 12.5;
}

} // namespace

int main()
{
    const ErrorOfTheStranger noError;
    const FormatOfTheStranger narrow;
    std::string base = std::filesystem::temp_directory_path() / "tellwire-consumer-XXXXXX";
    setenv("TELLWIRE_DIRECTORY", mkdtemp(base.data()), 1);

    const bool didTalk = talks();

    std::filesystem::remove_all(base);
    return didTalk ? noError.code + narrow.width : 1;
}
