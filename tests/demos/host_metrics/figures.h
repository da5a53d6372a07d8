// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demos/host_metrics/figure.h"

#include <string>

namespace host_metrics::test {

/// The text of the figure with this name; "(left out)" if there is none.
inline std::string textOf(const QList<Figure> &figures, const char *item)
{
    for (const Figure &figure : figures)
        if (figure.item == QLatin1StringView{item})
            return figure.text.toStdString();
    return "(left out)";
}

} // namespace host_metrics::test
