// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/service_browser.h"

namespace tellwire {

// Read what a System topic says as JSON (see engine/system_topic.h). Anybody may have written it. Errors:
// BadData.

Result<QList<TopicName>> readTopicNames(const Payload &names); ///< Without System.
Result<QList<Format>> readFormats(const Payload &names);
Result<ItemPage> readItemPage(const Payload &page);
Result<QString> readText(const Payload &text);

} // namespace tellwire
