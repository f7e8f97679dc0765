/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/condition.h"

#include "base/escape.h"
#include "core/type.h"
#include "rules/nearest.h"
#include "rules/units.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FAMILIES                                                                                   \
    "text mail document spreadsheet presentation image audio video archive executable script "     \
    "shortcut disk-image font cad crypto data unknown"
#define ACTIVES                                                                                    \
    "macro javascript external-link ole-object dde embedded-file form launch xlm "                 \
    "remote-template activex any none"
#define RESULTS "pass fail softfail neutral none temperror permerror policy"

/* clang-format off */
static const MugaiKeyInfo table[] = {
    { MUGAI_KEY_TYPE, "type", MUGAI_MATCH_TYPE, NULL, false, "content type", "中身の種類" },
    { MUGAI_KEY_FAMILY, "family", MUGAI_MATCH_WORD, FAMILIES, false, "family of types", "種類の分類" },
    { MUGAI_KEY_DECLARED, "declared", MUGAI_MATCH_GLOB, NULL, false, "declared media type", "宣言された種類" },
    { MUGAI_KEY_EXTENSION, "extension", MUGAI_MATCH_GLOB, NULL, false, "extension", "拡張子" },
    { MUGAI_KEY_NAME, "name", MUGAI_MATCH_GLOB, NULL, false, "file name", "ファイル名" },
    { MUGAI_KEY_SIZE, "size", MUGAI_MATCH_BYTES, NULL, false, "size", "大きさ" },
    { MUGAI_KEY_DEPTH, "depth", MUGAI_MATCH_COUNT, NULL, false, "depth of nesting", "入れ子の深さ" },
    { MUGAI_KEY_CONTAINER, "container", MUGAI_MATCH_TYPE, NULL, false, "type of what holds it", "入れ物の種類" },
    { MUGAI_KEY_ROLE, "role", MUGAI_MATCH_WORD, "body attachment inline member", false, "role", "役割" },
    { MUGAI_KEY_MISMATCH, "mismatch", MUGAI_MATCH_YES_NO, NULL, false, "content differs from its declaration", "種類の食い違い" },
    { MUGAI_KEY_ENCRYPTED, "encrypted", MUGAI_MATCH_YES_NO, NULL, true, "encrypted", "暗号化" },
    { MUGAI_KEY_SIGNED, "signed", MUGAI_MATCH_YES_NO, NULL, true, "signed", "電子署名" },
    { MUGAI_KEY_ACTIVE, "active", MUGAI_MATCH_WORD, ACTIVES, true, "active content", "能動的な内容（マクロ等）" },
    { MUGAI_KEY_PAGES, "pages", MUGAI_MATCH_COUNT, NULL, true, "pages", "ページ数" },
    { MUGAI_KEY_PIXELS, "pixels", MUGAI_MATCH_COUNT, NULL, true, "pixels", "画素数" },
    { MUGAI_KEY_CHARSET, "charset", MUGAI_MATCH_GLOB, NULL, false, "declared charset", "文字コード" },
    { MUGAI_KEY_FROM, "from", MUGAI_MATCH_ADDRESS, NULL, false, "sender in the header (From)", "差出人（From）" },
    { MUGAI_KEY_SENDER, "sender", MUGAI_MATCH_ADDRESS, NULL, false, "sender in the envelope", "送信元（エンベロープ）" },
    { MUGAI_KEY_TO, "to", MUGAI_MATCH_ADDRESS, NULL, false, "recipients in the envelope", "宛先（エンベロープ）" },
    { MUGAI_KEY_TO_DOMAIN, "to-domain", MUGAI_MATCH_GLOB, NULL, false, "recipients' domains", "宛先のドメイン" },
    { MUGAI_KEY_SUBJECT, "subject", MUGAI_MATCH_GLOB, NULL, false, "subject", "件名" },
    { MUGAI_KEY_CLIENT, "client", MUGAI_MATCH_NETWORK, NULL, false, "address of the sending server", "接続元のIPアドレス" },
    { MUGAI_KEY_SPF, "auth.spf", MUGAI_MATCH_WORD, RESULTS, false, "SPF result", "SPFの判定" },
    { MUGAI_KEY_DKIM, "auth.dkim", MUGAI_MATCH_WORD, RESULTS, false, "DKIM result", "DKIMの判定" },
    { MUGAI_KEY_DMARC, "auth.dmarc", MUGAI_MATCH_WORD, RESULTS, false, "DMARC result", "DMARCの判定" },
};
/* clang-format on */

const MugaiKeyInfo *
mugai_key_table (size_t *ret_count)
{
    *ret_count = sizeof table / sizeof table[0];
    return table;
}

const MugaiKeyInfo *
mugai_key_info (MugaiKey key)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].key == key)
            return &table[i];
    return NULL;
}

const MugaiKeyInfo *
mugai_key_by_name (const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp (table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

__attribute__ ((format (printf, 2, 3))) static bool
refuse (char *why, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    vsnprintf (why, MUGAI_CONDITION_WHY, format, args);
    va_end (args);
    return false;
}

static bool
refuse_word (char *why, const char *what, const char *text, const MugaiNearest *nearest,
             const char *remedy)
{
    char shown[64];

    mugai_escape (shown, sizeof shown, text, strlen (text));
    if (nearest->best[0] != '\0')
        return refuse (why, "%s \"%s\" is not known; did you mean \"%s\"?", what, shown,
                       nearest->best);
    return refuse (why, "%s \"%s\" is not known; %s", what, shown, remedy);
}

static bool
value_type (const MugaiKeyInfo *info, const char *text, MugaiConditionValue *ret, char *why)
{
    MugaiNearest nearest = mugai_nearest (text);
    size_t count;
    const MugaiType *types = mugai_type_table (&count);

    if (mugai_type_by_id (text) != NULL || (info->key == MUGAI_KEY_CONTAINER && text[0] == '\0')) {
        *ret = (MugaiConditionValue){ .text = text };
        return true;
    }
    for (size_t i = 0; i < count; i++)
        mugai_nearest_try (&nearest, types[i].id);
    const MugaiType *by = mugai_type_by_extension (text);
    if (by == NULL)
        by = mugai_type_by_media (text);
    if (by != NULL)
        snprintf (nearest.best, sizeof nearest.best, "%s", by->id);
    return refuse_word (why, "type", text, &nearest, "`mugai types` lists all types");
}

static bool
value_word (const MugaiKeyInfo *info, const char *text, MugaiConditionValue *ret, char *why)
{
    MugaiNearest nearest = mugai_nearest (text);
    uint64_t index = 0;

    for (const char *at = info->words; *at != '\0'; index++) {
        char word[32];
        size_t length = strcspn (at, " ");
        snprintf (word, sizeof word, "%.*s", (int)length, at);
        if (strcmp (word, text) == 0) {
            *ret = (MugaiConditionValue){ .text = text, .number = index };
            return true;
        }
        mugai_nearest_try (&nearest, word);
        at += length;
        at += strspn (at, " ");
    }
    char remedy[200];
    snprintf (remedy, sizeof remedy, "one of: %s", info->words);
    return refuse_word (why, info->name, text, &nearest, remedy);
}

static bool
value_yes_no (const MugaiKeyInfo *info, const char *text, MugaiConditionValue *ret, char *why)
{
    bool yes = strcmp (text, "yes") == 0 || strcmp (text, "true") == 0;

    if (!yes && strcmp (text, "no") != 0 && strcmp (text, "false") != 0)
        return refuse (why, "%s takes yes or no", info->name);
    *ret = (MugaiConditionValue){ .text = text, .number = yes };
    return true;
}

static bool
value_compare (const MugaiKeyInfo *info, const char *text, MugaiConditionValue *ret, char *why)
{
    static const struct {
        const char *sign;
        MugaiOrder order;
    } signs[] = {
        { "<=", MUGAI_ORDER_LESS_EQUAL }, { ">=", MUGAI_ORDER_MORE_EQUAL },
        { "<", MUGAI_ORDER_LESS },        { ">", MUGAI_ORDER_MORE },
        { "=", MUGAI_ORDER_EQUAL },
    };
    MugaiUnit unit = info->match == MUGAI_MATCH_BYTES ? MUGAI_UNIT_BYTES : MUGAI_UNIT_COUNT;
    MugaiConditionValue value = { .text = text, .order = MUGAI_ORDER_EQUAL };
    const char *at = text;

    for (size_t i = 0; i < sizeof signs / sizeof signs[0] && at == text; i++)
        if (strncmp (text, signs[i].sign, strlen (signs[i].sign)) == 0) {
            value.order = signs[i].order;
            at += strlen (signs[i].sign);
        }
    if (at == text && unit == MUGAI_UNIT_BYTES)
        return refuse (why, "%s needs a comparison, in quotes: \"<= 20MiB\"", info->name);
    at += strspn (at, " ");
    if (!mugai_units_parse (unit, at, &value.number))
        return refuse (why, "%s needs a comparison with %s, in quotes: \"<= %s\"", info->name,
                       mugai_units_help (unit), unit == MUGAI_UNIT_BYTES ? "20MiB" : "20");
    *ret = value;
    return true;
}

static bool
value_network (const MugaiKeyInfo *info, const char *text, MugaiConditionValue *ret, char *why)
{
    MugaiConditionValue value = { .text = text };

    if (!mugai_network_parse (text, &value.network))
        return refuse (why,
                       "%s takes an IP address or a network without bits beyond its prefix, such "
                       "as 192.0.2.0/24 or 2001:db8::/32",
                       info->name);
    *ret = value;
    return true;
}

static bool
value_glob (const MugaiKeyInfo *info, const char *text, MugaiConditionValue *ret, char *why)
{
    if (info->match == MUGAI_MATCH_ADDRESS && text[0] != '\0' && strcmp (text, "*") != 0 &&
        strchr (text, '@') == NULL)
        return refuse (why, "%s takes addresses: write \"*@%.100s\" for a whole domain", info->name,
                       text);
    if (info->key == MUGAI_KEY_EXTENSION && text[0] == '.')
        return refuse (why, "an extension is written without its dot: %.100s", text + 1);
    if (info->key == MUGAI_KEY_TO_DOMAIN && strchr (text, '@') != NULL)
        return refuse (why, "to-domain takes what follows the @");
    if (strlen (text) > 1000)
        return refuse (why, "a pattern may hold at most 1000 bytes");
    *ret = (MugaiConditionValue){ .text = text };
    return true;
}

bool
mugai_condition_value (const MugaiKeyInfo *info, const char *text, MugaiConditionValue *ret,
                       char *why)
{
    switch (info->match) {
    case MUGAI_MATCH_TYPE:
        return value_type (info, text, ret, why);
    case MUGAI_MATCH_WORD:
        return value_word (info, text, ret, why);
    case MUGAI_MATCH_GLOB:
    case MUGAI_MATCH_ADDRESS:
        return value_glob (info, text, ret, why);
    case MUGAI_MATCH_BYTES:
    case MUGAI_MATCH_COUNT:
        return value_compare (info, text, ret, why);
    case MUGAI_MATCH_YES_NO:
        return value_yes_no (info, text, ret, why);
    case MUGAI_MATCH_NETWORK:
        return value_network (info, text, ret, why);
    }
    return refuse (why, "no such kind of value");
}

bool
mugai_condition_compare (const MugaiConditionValue *value, uint64_t number)
{
    switch (value->order) {
    case MUGAI_ORDER_EQUAL:
        return number == value->number;
    case MUGAI_ORDER_LESS:
        return number < value->number;
    case MUGAI_ORDER_LESS_EQUAL:
        return number <= value->number;
    case MUGAI_ORDER_MORE:
        return number > value->number;
    case MUGAI_ORDER_MORE_EQUAL:
        return number >= value->number;
    }
    return false;
}
