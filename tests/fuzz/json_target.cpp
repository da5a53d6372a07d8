// SPDX-License-Identifier: Apache-2.0
#include "conversations/listed_items.h"
#include "formats/json_format.h"
#include "formats/standard_formats.h"
#include "tests/fuzz/fuzz_target.h"

#include <nlohmann/json.hpp>

using namespace tellwire;

TELLWIRE_FUZZ(json)
{
    const QByteArray bytes = input.rest();
    const Result<nlohmann::json> json = parseJson(bytes);
    if (!json) {
        fuzz::promise(json.error().code == ErrorCode::BadData, "what is no JSON is bad data");
        return;
    }
    const QByteArray printed = printJson(*json);
    const Result<nlohmann::json> again = parseJson(printed);
    fuzz::promise(again && printJson(*again) == printed, "JSON is read as it was written");
}

/// What System topics answer.
TELLWIRE_FUZZ(listed_items)
{
    const QByteArray bytes = input.rest();
    const Payload answer{Format::json(), bytes};
    if (const auto topics = readTopicNames(answer))
        for (const TopicName &topic : *topics)
            fuzz::promise(!topic.isEmpty(), "a listed topic has a name");
    static_cast<void>(readFormats(answer));
    if (const auto page = readItemPage(answer))
        for (const ListedItem &item : page->items)
            fuzz::promise(!item.name.isEmpty() && item.quality <= Quality::Stale,
                          "a listed item makes sense");
    static_cast<void>(readText(Payload{Format::text(), bytes}));
}
