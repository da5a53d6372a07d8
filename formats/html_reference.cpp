// SPDX-License-Identifier: Apache-2.0
#include "formats/html_reference_p.h"

#include <QString>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace tellwire {
namespace {

struct Entity
{
    QLatin1StringView name;
    char32_t character;
};

constexpr std::array entities{
    Entity{"amp"_L1, U'&'},     Entity{"apos"_L1, U'\''},    Entity{"bull"_L1, 0x2022},
    Entity{"copy"_L1, 0xA9},    Entity{"deg"_L1, 0xB0},      Entity{"euro"_L1, 0x20AC},
    Entity{"gt"_L1, U'>'},      Entity{"hellip"_L1, 0x2026}, Entity{"ldquo"_L1, 0x201C},
    Entity{"lsquo"_L1, 0x2018}, Entity{"lt"_L1, U'<'},       Entity{"mdash"_L1, 0x2014},
    Entity{"nbsp"_L1, 0xA0},    Entity{"ndash"_L1, 0x2013},  Entity{"quot"_L1, U'"'},
    Entity{"rdquo"_L1, 0x201D}, Entity{"reg"_L1, 0xAE},      Entity{"rsquo"_L1, 0x2019},
};

std::optional<char32_t> characterWithNumber(QStringView number)
{
    const bool isHexadecimal = number.startsWith(u'x', Qt::CaseInsensitive);
    bool isNumber = false;
    const char32_t character = number.mid(isHexadecimal ? 1 : 0).toUInt(&isNumber, isHexadecimal ? 16 : 10);
    const bool isCharacter =
        character != 0 && character <= QChar::LastValidCodePoint && !QChar::isSurrogate(character);
    return isNumber && isCharacter ? std::optional{character} : std::nullopt;
}

} // namespace

std::optional<char32_t> characterOfHtmlReference(QStringView reference)
{
    if (reference.startsWith(u'#'))
        return characterWithNumber(reference.sliced(1));
    const auto *entity =
        std::ranges::find_if(entities, [reference](const Entity &known) { return known.name == reference; });
    return entity != entities.end() ? std::optional{entity->character} : std::nullopt;
}

} // namespace tellwire
