// SPDX-License-Identifier: Apache-2.0
#include "formats/standard_formats.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/output.h"

#include <nlohmann/json.hpp>

namespace tellwire::tool {

int formats(const Session &session, bool json)
{
    nlohmann::json answer = nlohmann::json::array();
    Table table{{QStringLiteral("NUMBER"), QStringLiteral("NAME"), QStringLiteral("MIME TYPE")}};
    for (const Format &format : standardFormats() + session.formatNames().all()) {
        const Result<FormatNumber> number = session.formatNames().number(format);
        if (!number)
            return fail(QStringLiteral("look up the number of %1").arg(format.name()), number.error());
        answer.push_back({{"number", *number},
                          {"name", format.name().toStdString()},
                          {"mime", format.mimeName().toStdString()}});
        table.add({QString::number(*number), format.name(), format.mimeName()});
    }
    return json ? finishWithJson(answer) : finishWith(table.text());
}

} // namespace tellwire::tool
