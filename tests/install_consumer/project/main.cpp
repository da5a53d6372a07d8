// SPDX-License-Identifier: Apache-2.0
#include "formats/error.h"
#include "formats/format.h"

#include <tellwire/formats/json_format.h>
#include <tellwire/formats/payload.h>

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

int main()
{
    const ErrorOfTheStranger noError;
    const FormatOfTheStranger narrow;

    const auto text = tellwire::Payload::of(QStringLiteral("hello")).as<QString>();
    const auto quote = tellwire::Payload::of(Quote{"ZAXX", 12.5}).as<Quote>();
    const bool arrived = text && *text == QStringLiteral("hello") && quote && quote->symbol == "ZAXX";
    return arrived ? noError.code + narrow.width : 1;
}
