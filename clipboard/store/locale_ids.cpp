// SPDX-License-Identifier: Apache-2.0
#include "clipboard/store/locale_ids.h"

#include <QLocale>
#include <QString>

#include <algorithm>
#include <array>

namespace tellwire::store {
namespace {

struct Row
{
    quint32 localeId;
    const char *name;
    CodePages pages;
};

constexpr quint32 english = 0x0409;
constexpr quint32 languageMask = 0x3FF; // The lower ten bits are the language, the next six the country.

// From Microsoft's list of locale ids and their default code pages ([MS-LCID], and
// LOCALE_IDEFAULTANSICODEPAGE and LOCALE_IDEFAULTCODEPAGE of GetLocaleInfo). The first row of a language
// stands for its other countries.
constexpr std::array table{
    Row{0x0401, "ar_SA", {1256, 720}},  Row{0x0402, "bg_BG", {1251, 866}}, Row{0x0403, "ca_ES", {1252, 850}},
    Row{0x0804, "zh_CN", {936, 936}},   Row{0x0404, "zh_TW", {950, 950}},  Row{0x0C04, "zh_HK", {950, 950}},
    Row{0x1404, "zh_MO", {950, 950}},   Row{0x1004, "zh_SG", {936, 936}},  Row{0x0405, "cs_CZ", {1250, 852}},
    Row{0x0406, "da_DK", {1252, 850}},  Row{0x0407, "de_DE", {1252, 850}}, Row{0x0807, "de_CH", {1252, 850}},
    Row{0x0C07, "de_AT", {1252, 850}},  Row{0x0408, "el_GR", {1253, 737}}, Row{english, "en_US", {1252, 437}},
    Row{0x0809, "en_GB", {1252, 850}},  Row{0x0C09, "en_AU", {1252, 850}}, Row{0x1009, "en_CA", {1252, 850}},
    Row{0x1409, "en_NZ", {1252, 850}},  Row{0x1809, "en_IE", {1252, 850}}, Row{0x1C09, "en_ZA", {1252, 437}},
    Row{0x0C0A, "es_ES", {1252, 850}},  Row{0x080A, "es_MX", {1252, 850}}, Row{0x040B, "fi_FI", {1252, 850}},
    Row{0x040C, "fr_FR", {1252, 850}},  Row{0x0C0C, "fr_CA", {1252, 850}}, Row{0x100C, "fr_CH", {1252, 850}},
    Row{0x040D, "he_IL", {1255, 862}},  Row{0x040E, "hu_HU", {1250, 852}}, Row{0x040F, "is_IS", {1252, 850}},
    Row{0x0410, "it_IT", {1252, 850}},  Row{0x0411, "ja_JP", {932, 932}},  Row{0x0412, "ko_KR", {949, 949}},
    Row{0x0413, "nl_NL", {1252, 850}},  Row{0x0414, "nb_NO", {1252, 850}}, Row{0x0415, "pl_PL", {1250, 852}},
    Row{0x0416, "pt_BR", {1252, 850}},  Row{0x0816, "pt_PT", {1252, 850}}, Row{0x0418, "ro_RO", {1250, 852}},
    Row{0x0419, "ru_RU", {1251, 866}},  Row{0x041A, "hr_HR", {1250, 852}}, Row{0x081A, "sr_RS", {1250, 852}},
    Row{0x0C1A, "sr_SP", {1251, 855}},  Row{0x041B, "sk_SK", {1250, 852}}, Row{0x041C, "sq_AL", {1250, 852}},
    Row{0x041D, "sv_SE", {1252, 850}},  Row{0x041E, "th_TH", {874, 874}},  Row{0x041F, "tr_TR", {1254, 857}},
    Row{0x0420, "ur_PK", {1256, 720}},  Row{0x0421, "id_ID", {1252, 850}}, Row{0x0422, "uk_UA", {1251, 866}},
    Row{0x0423, "be_BY", {1251, 866}},  Row{0x0424, "sl_SI", {1250, 852}}, Row{0x0425, "et_EE", {1257, 775}},
    Row{0x0426, "lv_LV", {1257, 775}},  Row{0x0427, "lt_LT", {1257, 775}}, Row{0x0429, "fa_IR", {1256, 720}},
    Row{0x042A, "vi_VN", {1258, 1258}}, Row{0x042D, "eu_ES", {1252, 850}}, Row{0x042F, "mk_MK", {1251, 866}},
};

template <typename Matches>
const Row *rowWith(Matches matches)
{
    const auto *found = std::find_if(table.begin(), table.end(), matches);
    return found == table.end() ? nullptr : &*found;
}

} // namespace

CodePages codePagesOf(quint32 localeId)
{
    const quint32 id = localeId & 0xFFFF; // Above that are ways of sorting.
    const Row *row = rowWith([id](const Row &one) { return one.localeId == id; });
    if (!row)
        row = rowWith([id](const Row &one) { return (one.localeId & languageMask) == (id & languageMask); });
    return row ? row->pages : CodePages{};
}

quint32 systemLocaleId()
{
    const QString name = QLocale::system().name();
    const Row *row = rowWith([&](const Row &one) { return name == QLatin1String{one.name}; });
    if (!row) {
        const QString language = name.section(u'_', 0, 0) + u'_';
        row = rowWith([&](const Row &one) { return QString::fromLatin1(one.name).startsWith(language); });
    }
    return row ? row->localeId : english;
}

} // namespace tellwire::store
