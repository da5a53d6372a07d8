// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/advise_link.h"

#include <optional>

namespace tellwire::tool {

/// Where `watch` shows what it hears. Items are counted from 0. Functions give a code if the program should
/// end with it.
class UpdateView
{
public:
    UpdateView() = default;
    virtual ~UpdateView() = default;
    UpdateView(const UpdateView &) = delete;
    UpdateView &operator=(const UpdateView &) = delete;

    virtual std::optional<int> showValue(qsizetype item, const Update &update) = 0;

    /// The item has changed; nobody says to what.
    virtual std::optional<int> showNews(qsizetype item, const Update &news) = 0;

    /// From now on `last`, if there was a value, is no longer kept up to date.
    virtual std::optional<int> showStale(qsizetype item, const std::optional<Update> &last,
                                         const Staleness &staleness) = 0;

    /// Nothing more comes of the item. Why was said on standard error, perhaps on the same terminal.
    virtual void showEnd(qsizetype) {}

    /// Shows what is not shown yet. Last call.
    virtual void finish() {}
};

} // namespace tellwire::tool
