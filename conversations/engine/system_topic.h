// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/engine/served_topic.h"
#include "dde/protocol/names.h"

namespace tellwire::engine {

/// "System", which every service has.
inline const TopicName &systemTopicName()
{
    static const TopicName name = "System"_topic;
    return name;
}

/// What the library itself answers. Names are folded once, not whenever something changes.
struct SystemItemNames
{
    ItemName topicItemList = "TopicItemList"_item;
    ItemName items = "Items"_item;
    ItemName systemItems = "SysItems"_item;
    ItemName topics = "Topics"_item;
    ItemName formats = "Formats"_item;
    ItemName status = "Status"_item;
    ItemName help = "Help"_item;
    ItemName returnMessage = "ReturnMessage"_item;
    ItemName conversations = "Conversations"_item;
    ItemName protocols = "Protocols"_item;
    ItemName restart = "Restart"_item;
};
const SystemItemNames &systemItems();

/// Gives a new topic the items that the library itself answers, as text and as JSON: TopicItemList and Items
/// on every topic, and on System also SysItems, Topics, Formats, Status, Help, ReturnMessage and
/// Conversations. As text the elements of a list are parted by tabs, as in DDE; as JSON they are an array of
/// strings. Exceptions:
///
///     TopicItemList, Items    JSON: an array of objects, see listedItem()
///     Conversations           Text: a line for each, of service, topic, program, pid, links, queued messages
///                             and waiting bytes, parted by tabs. JSON: an array of objects of just these.
///     Status, Help, ReturnMessage, Restart    JSON: a string
///
/// Source: ddeml-semantics.md B11.
void addLibraryItems(ServedTopic &topic);

// There only if they say something, on System.
void setProtocolsItem(ServedTopic &system, const QStringList &protocols);
void setRestartItem(ServedTopic &system, const QString &commandLine);

/// What a listing of the topic's items has.
const ItemTable &listedItems(const ServedTopic &topic);

} // namespace tellwire::engine
