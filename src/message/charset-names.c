/* SPDX-License-Identifier: Apache-2.0 */
#include "message/charset-names.h"

#include <stdbool.h>
#include <string.h>

#define C(id) MUGAI_CHARSET_##id

typedef struct Alias {
    const char *name; /* lower case, letters and digits only */
    MugaiCharsetId id;
} Alias;

/* clang-format off */
static const char *const names[] = {
    [C (UNKNOWN)] = "unknown", [C (ASCII)] = "us-ascii", [C (UTF_8)] = "utf-8", [C (UTF_7)] = "utf-7",
    [C (UTF_16)] = "utf-16", [C (UTF_16LE)] = "utf-16le", [C (UTF_16BE)] = "utf-16be",
    [C (UTF_32LE)] = "utf-32le", [C (UTF_32BE)] = "utf-32be",
    [C (ISO_2022_JP)] = "iso-2022-jp", [C (ISO_2022_KR)] = "iso-2022-kr", [C (HZ)] = "hz-gb-2312",
    [C (CP932)] = "cp932", [C (EUC_JP)] = "euc-jp-ms", [C (GB18030)] = "gb18030", [C (BIG5)] = "big5-hkscs",
    [C (EUC_KR)] = "cp949", [C (SHIFT_JIS_2004)] = "shift_jis-2004", [C (EUC_JIS_2004)] = "euc-jis-2004",
    [C (WINDOWS_1250)] = "windows-1250", [C (WINDOWS_1251)] = "windows-1251", [C (WINDOWS_1252)] = "windows-1252",
    [C (WINDOWS_1253)] = "windows-1253", [C (WINDOWS_1254)] = "windows-1254", [C (WINDOWS_1255)] = "windows-1255",
    [C (WINDOWS_1256)] = "windows-1256", [C (WINDOWS_1257)] = "windows-1257", [C (WINDOWS_1258)] = "windows-1258",
    [C (WINDOWS_874)] = "windows-874",
    [C (ISO_8859_2)] = "iso-8859-2", [C (ISO_8859_3)] = "iso-8859-3", [C (ISO_8859_4)] = "iso-8859-4",
    [C (ISO_8859_5)] = "iso-8859-5", [C (ISO_8859_6)] = "iso-8859-6", [C (ISO_8859_7)] = "iso-8859-7",
    [C (ISO_8859_8)] = "iso-8859-8", [C (ISO_8859_10)] = "iso-8859-10", [C (ISO_8859_13)] = "iso-8859-13",
    [C (ISO_8859_14)] = "iso-8859-14", [C (ISO_8859_15)] = "iso-8859-15", [C (ISO_8859_16)] = "iso-8859-16",
    [C (KOI8_R)] = "koi8-r", [C (KOI8_U)] = "koi8-u", [C (IBM866)] = "ibm866", [C (IBM850)] = "ibm850",
    [C (MACINTOSH)] = "macintosh",
};

static const Alias aliases[] = {
    { "usascii", C (ASCII) }, { "ascii", C (ASCII) }, { "ansix341968", C (ASCII) }, { "iso646us", C (ASCII) },
    { "7bit", C (ASCII) }, { "us", C (ASCII) }, { "cp367", C (ASCII) }, { "iso646irv1991", C (ASCII) },
    { "utf8", C (UTF_8) }, { "utf8mb4", C (UTF_8) }, { "unicode11utf8", C (UTF_8) }, { "cp65001", C (UTF_8) },
    { "utf7", C (UTF_7) }, { "unicode11utf7", C (UTF_7) }, { "csunicode11utf7", C (UTF_7) }, { "cp65000", C (UTF_7) },
    { "utf16", C (UTF_16) }, { "unicode", C (UTF_16) }, { "ucs2", C (UTF_16) }, { "iso10646ucs2", C (UTF_16) },
    { "utf16le", C (UTF_16LE) }, { "ucs2le", C (UTF_16LE) }, { "utf16be", C (UTF_16BE) }, { "ucs2be", C (UTF_16BE) },
    { "utf32", C (UTF_32BE) }, { "utf32be", C (UTF_32BE) }, { "ucs4", C (UTF_32BE) }, { "utf32le", C (UTF_32LE) },
    { "iso2022jp", C (ISO_2022_JP) }, { "csiso2022jp", C (ISO_2022_JP) }, { "jis", C (ISO_2022_JP) },
    { "iso2022jp1", C (ISO_2022_JP) }, { "iso2022jp2", C (ISO_2022_JP) }, { "csiso2022jp2", C (ISO_2022_JP) },
    { "iso2022jp3", C (ISO_2022_JP) }, { "iso2022jp2004", C (ISO_2022_JP) }, { "iso2022jpms", C (ISO_2022_JP) },
    { "cp50220", C (ISO_2022_JP) }, { "cp50221", C (ISO_2022_JP) }, { "cp50222", C (ISO_2022_JP) },
    { "windows50220", C (ISO_2022_JP) }, { "windows50221", C (ISO_2022_JP) }, { "jis7", C (ISO_2022_JP) },
    { "iso2022kr", C (ISO_2022_KR) }, { "csiso2022kr", C (ISO_2022_KR) },
    { "hz", C (HZ) }, { "hzgb2312", C (HZ) },
    { "shiftjis", C (CP932) }, { "sjis", C (CP932) }, { "xsjis", C (CP932) }, { "csshiftjis", C (CP932) },
    { "mskanji", C (CP932) }, { "cp932", C (CP932) }, { "ms932", C (CP932) }, { "windows31j", C (CP932) },
    { "cswindows31j", C (CP932) }, { "xmssjis", C (CP932) }, { "sjiswin", C (CP932) }, { "windows932", C (CP932) },
    { "xmacjapanese", C (CP932) }, { "shiftjisx0213", C (SHIFT_JIS_2004) }, { "ibm943", C (CP932) }, { "cp943", C (CP932) },
    { "xshiftjis", C (CP932) }, { "shiftjis2004", C (SHIFT_JIS_2004) }, { "sjis2004", C (SHIFT_JIS_2004) },
    { "eucjp", C (EUC_JP) }, { "xeucjp", C (EUC_JP) }, { "eucjpms", C (EUC_JP) }, { "eucjpwin", C (EUC_JP) },
    { "cp51932", C (EUC_JP) }, { "ujis", C (EUC_JP) }, { "xeuc", C (EUC_JP) }, { "eucjisx0213", C (EUC_JIS_2004) },
    { "cseucpkdfmtjapanese", C (EUC_JP) }, { "eucjis2004", C (EUC_JIS_2004) }, { "windows51932", C (EUC_JP) },
    { "gb2312", C (GB18030) }, { "gbk", C (GB18030) }, { "xgbk", C (GB18030) }, { "gb18030", C (GB18030) },
    { "euccn", C (GB18030) }, { "cp936", C (GB18030) }, { "windows936", C (GB18030) }, { "csgb2312", C (GB18030) },
    { "gb231280", C (GB18030) }, { "chinese", C (GB18030) }, { "xeuccn", C (GB18030) }, { "ms936", C (GB18030) },
    { "big5", C (BIG5) }, { "big5hkscs", C (BIG5) }, { "cnbig5", C (BIG5) }, { "csbig5", C (BIG5) },
    { "xxbig5", C (BIG5) }, { "cp950", C (BIG5) }, { "windows950", C (BIG5) }, { "xbig5", C (BIG5) },
    { "88591", C (WINDOWS_1252) }, { "isolatin1", C (WINDOWS_1252) }, { "euckr", C (EUC_KR) }, { "ksc56011987", C (EUC_KR) }, { "ksc5601", C (EUC_KR) }, { "cp949", C (EUC_KR) },
    { "uhc", C (EUC_KR) }, { "windows949", C (EUC_KR) }, { "cseuckr", C (EUC_KR) }, { "korean", C (EUC_KR) },
    { "ksc56011989", C (EUC_KR) }, { "xwindows949", C (EUC_KR) }, { "ms949", C (EUC_KR) },
    { "iso88591", C (WINDOWS_1252) }, { "latin1", C (WINDOWS_1252) }, { "l1", C (WINDOWS_1252) },
    { "isoir100", C (WINDOWS_1252) }, { "cp819", C (WINDOWS_1252) }, { "windows1252", C (WINDOWS_1252) },
    { "cp1252", C (WINDOWS_1252) }, { "ansi", C (WINDOWS_1252) }, { "iso885911987", C (WINDOWS_1252) },
    { "iso88591windows30latin1", C (WINDOWS_1252) }, { "xansi", C (WINDOWS_1252) }, { "csisolatin1", C (WINDOWS_1252) },
    { "windows1250", C (WINDOWS_1250) }, { "cp1250", C (WINDOWS_1250) },
    { "windows1251", C (WINDOWS_1251) }, { "cp1251", C (WINDOWS_1251) }, { "win1251", C (WINDOWS_1251) },
    { "windows1253", C (WINDOWS_1253) }, { "cp1253", C (WINDOWS_1253) },
    { "windows1254", C (WINDOWS_1254) }, { "cp1254", C (WINDOWS_1254) }, { "iso88599", C (WINDOWS_1254) },
    { "latin5", C (WINDOWS_1254) }, { "csisolatin5", C (WINDOWS_1254) },
    { "windows1255", C (WINDOWS_1255) }, { "cp1255", C (WINDOWS_1255) },
    { "windows1256", C (WINDOWS_1256) }, { "cp1256", C (WINDOWS_1256) },
    { "windows1257", C (WINDOWS_1257) }, { "cp1257", C (WINDOWS_1257) },
    { "windows1258", C (WINDOWS_1258) }, { "cp1258", C (WINDOWS_1258) },
    { "windows874", C (WINDOWS_874) }, { "cp874", C (WINDOWS_874) }, { "tis620", C (WINDOWS_874) },
    { "iso885911", C (WINDOWS_874) },
    { "iso88592", C (ISO_8859_2) }, { "latin2", C (ISO_8859_2) }, { "csisolatin2", C (ISO_8859_2) },
    { "iso88593", C (ISO_8859_3) }, { "latin3", C (ISO_8859_3) },
    { "iso88594", C (ISO_8859_4) }, { "latin4", C (ISO_8859_4) },
    { "iso88595", C (ISO_8859_5) }, { "cyrillic", C (ISO_8859_5) },
    { "iso88596", C (ISO_8859_6) }, { "arabic", C (ISO_8859_6) },
    { "iso88597", C (ISO_8859_7) }, { "greek", C (ISO_8859_7) },
    { "iso88598", C (ISO_8859_8) }, { "iso88598i", C (ISO_8859_8) }, { "hebrew", C (ISO_8859_8) },
    { "iso885910", C (ISO_8859_10) }, { "latin6", C (ISO_8859_10) },
    { "iso885913", C (ISO_8859_13) }, { "latin7", C (ISO_8859_13) },
    { "iso885914", C (ISO_8859_14) }, { "latin8", C (ISO_8859_14) },
    { "iso885915", C (ISO_8859_15) }, { "latin9", C (ISO_8859_15) },
    { "iso885916", C (ISO_8859_16) }, { "latin10", C (ISO_8859_16) },
    { "koi8r", C (KOI8_R) }, { "cskoi8r", C (KOI8_R) }, { "koi8", C (KOI8_R) }, { "koi8u", C (KOI8_U) }, { "koi8ru", C (KOI8_U) },
    { "ibm866", C (IBM866) }, { "cp866", C (IBM866) }, { "ibm850", C (IBM850) }, { "cp850", C (IBM850) },
    { "macintosh", C (MACINTOSH) }, { "macroman", C (MACINTOSH) }, { "xmacroman", C (MACINTOSH) },
};
/* clang-format on */

enum { NAME_MAX_SIZE = 40 };

/* Lower case, letters and digits only, up to a ";". */
static void
reduce (const char *name, char out[NAME_MAX_SIZE])
{
    size_t n = 0;
    for (; *name != '\0' && *name != ';' && n < NAME_MAX_SIZE - 1; name++) {
        char c = *name;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out[n++] = c;
    }
    out[n] = '\0';
}

MugaiCharsetId
mugai_charset_lookup (const char *name)
{
    char reduced[NAME_MAX_SIZE];
    if (name == NULL)
        return MUGAI_CHARSET_UNKNOWN;
    reduce (name, reduced);
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (strcmp (aliases[i].name, reduced) == 0)
            return aliases[i].id;
    }
    return MUGAI_CHARSET_UNKNOWN;
}

const char *
mugai_charset_name (MugaiCharsetId id)
{
    return names[id < MUGAI_CHARSET_COUNT ? id : MUGAI_CHARSET_UNKNOWN];
}
