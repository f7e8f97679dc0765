/* SPDX-License-Identifier: Apache-2.0
 *
 * charset-names: the charsets we decode, and the many names mail programs give them.
 * Process: mugai-worker. Trust: names are hostile.
 */
#pragma once

#include <stddef.h>

typedef enum MugaiCharsetId {
    MUGAI_CHARSET_UNKNOWN, /* a name we do not know, or none */
    MUGAI_CHARSET_ASCII,
    MUGAI_CHARSET_UTF_8,
    MUGAI_CHARSET_UTF_7,
    MUGAI_CHARSET_UTF_16, /* byte order by mark, else by content */
    MUGAI_CHARSET_UTF_16LE,
    MUGAI_CHARSET_UTF_16BE,
    MUGAI_CHARSET_UTF_32LE,
    MUGAI_CHARSET_UTF_32BE,
    MUGAI_CHARSET_ISO_2022_JP, /* with all that CP50220, CP50221, CP50222 and ISO-2022-JP-1/2/3 add
                                */
    MUGAI_CHARSET_ISO_2022_KR,
    MUGAI_CHARSET_HZ,
    MUGAI_CHARSET_CP932,
    MUGAI_CHARSET_EUC_JP, /* EUC-JP-MS */
    MUGAI_CHARSET_GB18030,
    MUGAI_CHARSET_BIG5,
    MUGAI_CHARSET_EUC_KR,         /* CP949 */
    MUGAI_CHARSET_SHIFT_JIS_2004, /* JIS X 0213 */
    MUGAI_CHARSET_EUC_JIS_2004,
    MUGAI_CHARSET_SINGLE_FIRST,
    MUGAI_CHARSET_WINDOWS_1250 = MUGAI_CHARSET_SINGLE_FIRST,
    MUGAI_CHARSET_WINDOWS_1251,
    MUGAI_CHARSET_WINDOWS_1252,
    MUGAI_CHARSET_WINDOWS_1253,
    MUGAI_CHARSET_WINDOWS_1254,
    MUGAI_CHARSET_WINDOWS_1255,
    MUGAI_CHARSET_WINDOWS_1256,
    MUGAI_CHARSET_WINDOWS_1257,
    MUGAI_CHARSET_WINDOWS_1258,
    MUGAI_CHARSET_WINDOWS_874,
    MUGAI_CHARSET_ISO_8859_2,
    MUGAI_CHARSET_ISO_8859_3,
    MUGAI_CHARSET_ISO_8859_4,
    MUGAI_CHARSET_ISO_8859_5,
    MUGAI_CHARSET_ISO_8859_6,
    MUGAI_CHARSET_ISO_8859_7,
    MUGAI_CHARSET_ISO_8859_8,
    MUGAI_CHARSET_ISO_8859_10,
    MUGAI_CHARSET_ISO_8859_13,
    MUGAI_CHARSET_ISO_8859_14,
    MUGAI_CHARSET_ISO_8859_15,
    MUGAI_CHARSET_ISO_8859_16,
    MUGAI_CHARSET_KOI8_R,
    MUGAI_CHARSET_KOI8_U,
    MUGAI_CHARSET_IBM866,
    MUGAI_CHARSET_IBM850,
    MUGAI_CHARSET_MACINTOSH,
    MUGAI_CHARSET_COUNT,
} MugaiCharsetId;

/* mugai_charset_lookup:
 * @name: borrowed, may be NULL or hostile; case, quotes, punctuation and what follows a ";" do not
 * matter. Returns: MUGAI_CHARSET_UNKNOWN for a name that is not known. ISO-8859-1 is windows-1252
 * here, GB2312 is GB18030, and so on: the superset that mail in practice means.
 */
MugaiCharsetId mugai_charset_lookup (const char *name);

/* Returns: (static) the canonical name, for reports. */
const char *mugai_charset_name (MugaiCharsetId id);
