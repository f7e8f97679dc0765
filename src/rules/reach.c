/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/reach.h"

#include "core/type.h"
#include "rules/model.h"

#include <string.h>

typedef struct Word {
    const char *id, *en, *ja;
} Word;

/* How a filter makes its input safe. Those that only touch up are not named; others by their name.
 */
static const Word methods[] = {
    { "html-text", "text", "文字" },
    { "enriched-text", "text", "文字" },
    { "text-clean", "text", "文字" },
    { "mail", "text", "文字" },
    { "office-text", "text", "文字" },
    { "ooxml-rebuild", "rebuilt", "作り直し" },
    { "pdf-text", "text", "文字" },
    { "pdf-image", "images of pages", "画像化" },
    { "office-image", "drawn as PDF", "PDF化" },
    { "office-convert", "brought into a present form", "今の形式に変換" },
    { "office-picture", "rebuilt", "作り直し" },
    { "image", "rebuilt", "作り直し" },
    { "image-tiff", "rebuilt", "作り直し" },
    { "image-jp2", "rebuilt", "作り直し" },
    { "image-heif", "rebuilt", "作り直し" },
    { "calendar-text", "rebuilt", "作り直し" },
    { "vcard-text", "rebuilt", "作り直し" },
    { "csv-guard", "without formulas", "数式なし" },
    { "archive", "opened, members one by one", "開いて中身ごと" },
    { "link-defang", NULL, NULL },
    { "clamd", NULL, NULL },
};

static const Word families[] = {
    { "text", "text", "テキスト" },
    { "mail", "mail", "メール" },
    { "document", "documents", "文書" },
    { "spreadsheet", "spreadsheets", "表計算" },
    { "presentation", "presentations", "スライド" },
    { "image", "images", "画像" },
    { "audio", "audio", "音声" },
    { "video", "video", "動画" },
    { "archive", "archives", "圧縮ファイル" },
    { "executable", "programs", "実行形式" },
    { "script", "scripts", "スクリプト" },
    { "shortcut", "shortcuts", "ショートカット" },
    { "disk-image", "disk images", "ディスクイメージ" },
    { "font", "fonts", "フォント" },
    { "cad", "drawings", "図面" },
    { "crypto", "keys and signatures", "鍵・署名" },
    { "data", "data", "データ" },
    { "unknown", "unknown", "不明" },
};

typedef enum Holds { HOLDS_NEVER, HOLDS_MAYBE, HOLDS_ALWAYS } Holds;

typedef struct Reach {
    const MugaiRules *rules;
    const MugaiCatalogue *catalogue;
    int64_t now_us;
    bool japanese;
} Reach;

static const Word *
find_word (const Word *words, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp (words[i].id, id) == 0)
            return &words[i];
    return NULL;
}

static const char *
say (const Reach *r, const Word *word)
{
    return r->japanese ? word->ja : word->en;
}

static Holds
condition_holds (const MugaiCondition *c, const MugaiType *type, bool body)
{
    bool among = false, other = false;

    if (c->info->key != MUGAI_KEY_TYPE && c->info->key != MUGAI_KEY_FAMILY &&
        c->info->key != MUGAI_KEY_ROLE)
        return HOLDS_MAYBE;
    for (size_t i = 0; i < c->n_values; i++) {
        const char *text = c->values[i].text;
        bool is_body = strcmp (text, "body") == 0;
        if (c->info->key == MUGAI_KEY_ROLE) {
            among = among || is_body == body;
            other = other || !is_body; /* attachment, inline, member: one of three */
        } else {
            among = among ||
                    strcmp (text, c->info->key == MUGAI_KEY_TYPE ? type->id : type->family) == 0;
        }
    }
    if (other && !body)
        return HOLDS_MAYBE;
    return among != c->negated ? HOLDS_ALWAYS : HOLDS_NEVER;
}

static Holds
rule_holds (const Reach *r, const MugaiRule *rule, const MugaiType *type, bool body)
{
    Holds least = rule->until != NULL ? HOLDS_MAYBE : HOLDS_ALWAYS;

    if (rule->until != NULL && r->now_us >= rule->until_us)
        return HOLDS_NEVER;
    for (size_t i = 0; i < rule->n_conditions; i++)
        least = MIN (least, condition_holds (&rule->conditions[i], type, body));
    return least;
}

/* The last filter of the chain that says how; NULL when one cannot run
 * here. */
static const char *
method_of (const Reach *r, const MugaiStepChain *chain)
{
    const char *method = NULL;

    for (size_t i = 0; i < chain->n_steps; i++) {
        const char *filter = chain->steps[i].filter;
        const Word *word = find_word (methods, G_N_ELEMENTS (methods), filter);
        if (r->catalogue != NULL && !mugai_catalogue_can_run (r->catalogue, filter))
            return NULL;
        if (word == NULL)
            method = filter;
        else if (word->en != NULL)
            method = say (r, word);
    }
    return method;
}

static void
add_once (GPtrArray *list, const char *text)
{
    for (guint i = 0; i < list->len; i++)
        if (strcmp (g_ptr_array_index (list, i), text) == 0)
            return;
    g_ptr_array_add (list, (char *)text);
}

static void
collect (const Reach *r, const MugaiType *type, bool body, GPtrArray *found)
{
    for (guint i = 0; i < r->rules->rules->len; i++) {
        const MugaiRule *rule = mugai_rules_at (r->rules, i);
        Holds holds = rule_holds (r, rule, type, body);
        for (size_t c = 0; holds != HOLDS_NEVER && c < rule->n_chains; c++) {
            const char *method = method_of (r, &rule->chains[c]);
            if (method != NULL)
                add_once (found, method);
        }
        if (holds == HOLDS_ALWAYS)
            return;
    }
}

/* Returns: (transfer full) "text or images"; "" when nothing of it is delivered. */
static char *
join (const Reach *r, GPtrArray *found)
{
    g_ptr_array_add (found, NULL);
    return g_strjoinv (r->japanese ? "か" : " or ", (char **)found->pdata);
}

static char *
methods_of (const Reach *r, const MugaiType *type)
{
    g_autoptr (GPtrArray) found = g_ptr_array_new();

    collect (r, type, false, found);
    return join (r, found);
}

/* "images" when the method serves the whole family, else "images (jpeg, png)"; "" when none of it.
 */
static char *
family_text (const Reach *r, const Word *family, const char *method, char *const *by_type)
{
    size_t count;
    const MugaiType *types = mugai_type_table (&count);
    g_autoptr (GString) ids = g_string_new (NULL);
    bool whole = true;

    for (size_t i = 0; i < count; i++) {
        if (strcmp (types[i].family, family->id) != 0)
            continue;
        if (strcmp (by_type[i], method) == 0)
            g_string_append_printf (ids, "%s%s", ids->len > 0 ? ", " : "", types[i].id);
        else
            whole = false;
    }
    if (ids->len == 0 || whole)
        return g_strdup (ids->len == 0 ? "" : say (r, family));
    return g_strdup_printf (r->japanese ? "%s（%s）" : "%s (%s)", say (r, family), ids->str);
}

static void
append_method (const Reach *r, const char *method, char *const *by_type, GString *line)
{
    const char *comma = "";

    for (size_t f = 0; f < G_N_ELEMENTS (families); f++) {
        g_autofree char *text = family_text (r, &families[f], method, by_type);
        if (text[0] == '\0')
            continue;
        g_string_append_printf (line, "%s%s", comma, text);
        comma = r->japanese ? "・" : ", ";
    }
    g_string_append_printf (line, r->japanese ? "：%s、" : ": %s; ", method);
}

char *
mugai_rules_reach (const MugaiRules *rules, const MugaiCatalogue *catalogue, int64_t now_us,
                   bool japanese)
{
    Reach r = { rules, catalogue, now_us, japanese };
    size_t count;
    const MugaiType *types = mugai_type_table (&count);
    g_auto (GStrv) by_type = g_new0 (char *, count + 1);
    g_autoptr (GPtrArray) body = g_ptr_array_new(), seen = g_ptr_array_new();
    GString *line = g_string_new (NULL);

    collect (&r, mugai_type_by_id ("text"), true, body);
    collect (&r, mugai_type_by_id ("html"), true, body);
    if (body->len > 0) {
        g_autofree char *text = join (&r, body);
        g_string_append_printf (line, japanese ? "本文：%s、" : "body: %s; ", text);
    }
    for (size_t i = 0; i < count; i++)
        by_type[i] = methods_of (&r, &types[i]);
    for (size_t i = 0; i < count; i++) {
        guint before = seen->len;
        if (by_type[i][0] != '\0')
            add_once (seen, by_type[i]);
        if (seen->len > before)
            append_method (&r, by_type[i], by_type, line);
    }
    g_string_append (line, japanese ? "それ以外：渡さない" : "all else: withheld");
    return g_string_free (line, FALSE);
}
