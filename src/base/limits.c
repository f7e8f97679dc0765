/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"

#include <string.h>

#define KIB(n)     ((uint64_t)(n) << 10)
#define MIB(n)     ((uint64_t)(n) << 20)
#define SECONDS(n) ((uint64_t)(n)*1000000)
#define AT(field)  offsetof (MugaiLimits, field)

static const MugaiLimitInfo table[] = {
    { "item", MUGAI_UNIT_BYTES, AT (item), MIB (50), KIB (4), MIB (2048),
      "size of one mail or file; beyond it the item is withheld with a notice",
      "メール1通またはファイル1個の大きさ。超えると全体を保留し通知する" },
    { "output", MUGAI_UNIT_BYTES, AT (output), 10000000, KIB (64), MIB (2048),
      "size of a sanitized mail; keep it below message_size_limit of the MTA",
      "無害化後のメールの大きさ。MTAのmessage_size_limit未満にする" },
    { "expanded", MUGAI_UNIT_BYTES, AT (expanded), MIB (500), KIB (64), MIB (8192),
      "sum of all parts after decoding and unpacking; stops bombs",
      "復号・展開後の全パートの合計。圧縮爆弾を止める" },
    { "parts", MUGAI_UNIT_COUNT, AT (parts), 1000, 1, 20000, "parts of one item",
      "1件に含まれるパートの数" },
    { "depth", MUGAI_UNIT_COUNT, AT (depth), 8, 1, 64, "nesting of parts, messages and archives",
      "パート・添付メール・書庫の入れ子の深さ" },
    { "time", MUGAI_UNIT_US, AT (time), SECONDS (60), SECONDS (1), SECONDS (100),
      "time for one item; two tries must end well before the MTA gives up (300 s)",
      "1件の処理時間。MTAが諦める300秒より十分前に2回の試行を終える" },
    { "memory", MUGAI_UNIT_BYTES, AT (memory), MIB (512), MIB (64), MIB (8192),
      "address space of one sandboxed process", "隔離プロセス1個のアドレス空間" },
    { "header", MUGAI_UNIT_BYTES, AT (header), MIB (1), KIB (1), MIB (16),
      "one block of header fields", "ヘッダ部全体の大きさ" },
    { "header-line", MUGAI_UNIT_BYTES, AT (header_line), KIB (256), KIB (1), MIB (4),
      "one header field with its continuation lines", "ヘッダ1項目(継続行を含む)の大きさ" },
    { "headers", MUGAI_UNIT_COUNT, AT (headers), 2000, 16, 100000, "header fields of one block",
      "ヘッダ部の項目数" },
    { "text", MUGAI_UNIT_BYTES, AT (text), MIB (4), KIB (4), MIB (64),
      "one text after conversion to UTF-8; what is beyond is cut and said in the notice",
      "UTF-8に変換した本文1個の大きさ。超えた分は切り、通知に記す" },
    { "filter-time", MUGAI_UNIT_US, AT (filter_time), SECONDS (30), SECONDS (1), SECONDS (100),
      "time for one filter on one part", "フィルタ1個がパート1個に使える時間" },
    { "addresses", MUGAI_UNIT_COUNT, AT (addresses), 2000, 16, 100000,
      "addresses in one header field", "ヘッダ1項目に書けるアドレスの数" },
    { "report", MUGAI_UNIT_BYTES, AT (report), MIB (4), KIB (64), MIB (64),
      "the report of one item", "1件の報告の大きさ" },
};

const MugaiLimitInfo *
mugai_limits_table (size_t *ret_count)
{
    *ret_count = sizeof table / sizeof table[0];
    return table;
}

uint64_t
mugai_limits_get (const MugaiLimits *limits, const MugaiLimitInfo *info)
{
    uint64_t value;
    memcpy (&value, (const char *)limits + info->offset, sizeof value);
    return value;
}

void
mugai_limits_set (MugaiLimits *limits, const MugaiLimitInfo *info, uint64_t value)
{
    memcpy ((char *)limits + info->offset, &value, sizeof value);
}

MugaiLimits
mugai_limits_default (void)
{
    MugaiLimits limits = { 0 };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        mugai_limits_set (&limits, &table[i], table[i].value);
    return limits;
}
