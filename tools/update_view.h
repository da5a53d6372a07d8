// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conversations/update.h"
#include "dde/protocol/item_address.h"

#include <QList>

#include <optional>

namespace tellwire::tool {

/// Where `watch` shows what it hears.
class UpdateView
{
public:
    UpdateView() = default;
    virtual ~UpdateView() = default;
    UpdateView(const UpdateView &) = delete;
    UpdateView &operator=(const UpdateView &) = delete;

    /// Shows a new value of one of the items, counted from 0. A code if the program should end with it.
    virtual std::optional<int> show(qsizetype item, const Update &update) = 0;

    /// Standard error was written to, perhaps on the same terminal.
    virtual void makeRoom() {}

    /// Shows what is not shown yet. Last call.
    virtual void finish() {}
};

} // namespace tellwire::tool
