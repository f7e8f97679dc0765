/* SPDX-License-Identifier: Apache-2.0 */
#include "message/forms.h"

#include "common/utf8.h"
#include "message/likeness.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum {
    SENTENCE_MAX = 900, /* bytes that can be seen of a text that only speaks of HTML */
    EXCUSE_LACK = 16,   /* words besides it that may be missing of a text that speaks of HTML */
    LACK_LEAST = 4,     /* words that may be missing of any text */
    LACK_SHARE = 12,    /* one in so many words of a longer one */
};

/* Of the sentences, in lower case. */
static const char *const sentences[] = {
    /* English */
    "not support html",
    "n't support html",
    "not display html",
    "n't display html",
    "cannot display html",
    "can't display html",
    "unable to display html",
    "cannot view html",
    "n't view html",
    "n't read html",
    "cannot read html",
    "view this email in html",
    "html-compatible",
    "html compatible",
    "html capable",
    "html-capable",
    "html-enabled",
    "html enabled",
    "enable html",
    "this is an html",
    "html version of this",
    "html email client",
    "is in html format",
    "sent in html format",
    "message in html",
    "html format, but your",
    "multi-part message in mime format",
    "multipart message in mime format",
    "not mime-compliant",
    "not support mime",
    "n't support mime",
    "view this email in your browser",
    "view this message in your browser",
    "view this email in a browser",
    "view the web version",
    /* Japanese */
    "html形式",
    "html 形式",
    "htmlメール",
    "html メール",
    "htmlに対応",
    "htmlを表示でき",
    "html表示",
    "正しく表示されない場合",
    "正常に表示されない場合",
    "表示できません",
    "ブラウザでご覧",
    "ブラウザーでご覧",
    "ブラウザで表示",
    /* German */
    "html-darstellung",
    "html-format",
    "html-e-mail",
    "html-nachricht",
    "html nicht",
    "kein html",
    "html-mails nicht",
    "nicht korrekt dargestellt",
    "nicht richtig angezeigt",
    /* French */
    "format html",
    "pas le html",
    "pas html",
    "pas l'html",
    "messages html",
    "ne s'affiche pas correctement",
    "version en ligne",
    /* Chinese */
    "html格式",
    "不支持html",
    "不支援html",
    "无法显示html",
    "無法顯示html",
    "html邮件",
    "html郵件",
    "在浏览器中查看",
    "在瀏覽器中檢視",
    /* Korean */
    "html 형식",
    "html형식",
    "html을 지원",
    "html 메일",
    "html 이메일",
    "html을 볼 수",
    "브라우저에서 보기",
};

static bool
is_blank (uint32_t c)
{
    return c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x3000 || (c >= 0x2000 && c <= 0x200F) ||
           c == 0xFEFF || c == 0x2060;
}

/* Bytes of characters that can be seen, up to a bit more than @max. */
static size_t
seen (const char *text, size_t size, size_t max)
{
    const uint8_t *at = (const uint8_t *)text, *end = at + size;
    size_t count = 0;

    while (at < end && count <= max) {
        const uint8_t *before = at;
        if (!is_blank (mugai_utf8_next (&at, end)))
            count += (size_t)(at - before);
    }
    return count;
}

bool
mugai_forms_blank (const char *text, size_t size)
{
    return seen (text, size, 0) == 0;
}

/* @text in lower case, white space as one blank: sentences are folded; an empty line ends one. */
static GString *
lower_case (const char *text, size_t size)
{
    GString *lower = g_string_new (NULL);
    unsigned lines = 0;

    for (size_t i = 0; i < size && lower->len <= 3 * SENTENCE_MAX; i++) {
        if ((uint8_t)text[i] > ' ') {
            g_string_append_c (lower, g_ascii_tolower (text[i]));
            lines = 0;
            continue;
        }
        lines += text[i] == '\n';
        if (lines == 2)
            g_string_append_c (lower, '\n');
        else if (lower->len > 0 && (uint8_t)lower->str[lower->len - 1] > ' ')
            g_string_append_c (lower, ' ');
    }
    return lower;
}

/* Bytes of the sentence at @at, its end included. */
static size_t
sentence_size (const char *at)
{
    static const char *const ends[] = { "\n", ". ", "! ", "? ", "。", "！", "？" };
    size_t size = strlen (at);

    for (size_t i = 0; i < G_N_ELEMENTS (ends); i++) {
        const char *end = strstr (at, ends[i]);
        if (end != NULL)
            size = MIN (size, (size_t)(end - at) + strlen (ends[i]));
    }
    return size;
}

static bool
speaks_of_html (const char *sentence)
{
    for (size_t i = 0; i < G_N_ELEMENTS (sentences); i++)
        if (strstr (sentence, sentences[i]) != NULL)
            return true;
    return false;
}

/* What a short text says besides sentences that speak of HTML. Returns: (transfer full) NULL when
 * it does not speak of it, or is long. */
static GString *
rest_of (const char *text, size_t size)
{
    if (seen (text, size, SENTENCE_MAX) > SENTENCE_MAX)
        return NULL;
    g_autoptr (GString) lower = lower_case (text, size);
    g_autoptr (GString) rest = g_string_new (NULL);
    bool found = lower->len == 0;

    for (size_t at = 0, n; at < lower->len && (n = sentence_size (lower->str + at)) > 0; at += n) {
        g_autofree char *sentence = g_strndup (lower->str + at, n);
        bool about = speaks_of_html (sentence);
        if (!about)
            g_string_append (rest, sentence);
        found = found || about;
    }
    return found ? g_steal_pointer (&rest) : NULL;
}

typedef struct Contest {
    const MugaiForm *forms;
    size_t n;
    MugaiLikeness *likeness[MUGAI_FORMS_MAX]; /* NULL: not in it */
} Contest;

/* Is what @missing counts of a text of @words too much to be left out? */
static bool
is_material (MugaiMissing missing, uint32_t words)
{
    return missing.numbers > 0 || missing.words > LACK_LEAST + words / LACK_SHARE;
}

/* Does form @a say all that the others say? */
static bool
says_all (const Contest *c, size_t a)
{
    const MugaiLikeness *own = c->likeness[a];

    for (size_t i = 0; i < c->n; i++)
        if (i != a && c->likeness[i] != NULL &&
            is_material (mugai_likeness_missing (c->likeness[i], &own, 1),
                         mugai_likeness_words (c->likeness[i])))
            return false;
    return true;
}

/* The richest form that is not in @taken, or n. */
static size_t
richest (const Contest *c, uint32_t done)
{
    size_t best = c->n;

    for (size_t i = 0; i < c->n; i++)
        if (c->likeness[i] != NULL && (done & 1u << i) == 0 &&
            (best == c->n ||
             mugai_likeness_words (c->likeness[i]) > mugai_likeness_words (c->likeness[best])))
            best = i;
    return best;
}

/* Each form, the richest first, that says something no other taken says. */
static uint32_t
take_several (const Contest *c)
{
    const MugaiLikeness *with[MUGAI_FORMS_MAX];
    size_t n_with = 0;
    uint32_t taken = 0, done = 0;

    for (size_t i; (i = richest (c, done)) < c->n; done |= 1u << i) {
        MugaiMissing missing = mugai_likeness_missing (c->likeness[i], with, n_with);
        if (n_with > 0 && !is_material (missing, mugai_likeness_words (c->likeness[i])))
            continue;
        taken |= 1u << i;
        with[n_with++] = c->likeness[i];
    }
    return taken;
}

static uint32_t
compare (Contest *c)
{
    for (MugaiFormKind kind = MUGAI_FORM_PLAIN; kind <= MUGAI_FORM_OTHER; kind++)
        for (size_t i = 0; i < c->n; i++)
            if (c->likeness[i] != NULL && c->forms[i].kind == kind && says_all (c, i))
                return 1u << i;
    return take_several (c);
}

/* Forms of @among that are of @kind (0: any); the last HTML is the richest (RFC 2046 5.1.4). */
static uint32_t
first_of (const MugaiForm *forms, size_t n, uint32_t among, MugaiFormKind kind)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = kind == MUGAI_FORM_HTML ? n - 1 - i : i;
        if ((among & 1u << at) != 0 && (kind == 0 || forms[at].kind == kind))
            return 1u << at;
    }
    return 0;
}

/* Does an excuse say anything besides that the forms of @good do not? */
static bool
is_more_than_excuse (const MugaiForm *forms, size_t n, uint32_t good, const GString *rest)
{
    MugaiLikeness *others[MUGAI_FORMS_MAX], *own = mugai_likeness_new (rest->str, rest->len);
    size_t n_others = 0;

    for (size_t i = 0; i < n; i++)
        if ((good & 1u << i) != 0)
            others[n_others++] = mugai_likeness_new (forms[i].text, forms[i].size);
    MugaiMissing missing =
        mugai_likeness_missing (own, (const MugaiLikeness *const *)others, n_others);
    for (size_t i = 0; i < n_others; i++)
        mugai_likeness_free (others[i]);
    mugai_likeness_free (own);
    return missing.numbers > 0 || missing.words > EXCUSE_LACK;
}

/* Forms that say something; those that only speak of HTML when there is no other. */
static uint32_t
worth_reading (const MugaiForm *forms, size_t n)
{
    GString *rests[MUGAI_FORMS_MAX] = { NULL };
    uint32_t visible = 0, good = 0;

    for (size_t i = 0; i < n; i++) {
        if (forms[i].text == NULL || mugai_forms_blank (forms[i].text, forms[i].size))
            continue;
        visible |= 1u << i;
        if (forms[i].kind == MUGAI_FORM_PLAIN)
            rests[i] = rest_of (forms[i].text, forms[i].size);
        good |= rests[i] == NULL ? 1u << i : 0;
    }
    uint32_t worth = good;
    for (size_t i = 0; i < n; i++) {
        if (rests[i] == NULL)
            continue;
        if (good != 0 && is_more_than_excuse (forms, n, good, rests[i]))
            worth |= 1u << i;
        g_string_free (rests[i], TRUE);
    }
    return worth != 0 ? worth : visible;
}

uint32_t
mugai_forms_choose (const MugaiForm *forms, size_t n, MugaiAlternatives how)
{
    uint32_t among = worth_reading (forms, n), taken = 0;
    Contest contest = { .forms = forms, .n = n };

    if (among == 0) /* empty texts are as good as each other */
        for (size_t i = 0; i < n && among == 0; i++)
            among = forms[i].text != NULL ? 1u << i : 0;
    if ((among & (among - 1)) == 0)
        return among;
    if (how != MUGAI_ALTERNATIVES_COMPARE)
        taken = first_of (forms, n, among,
                          how == MUGAI_ALTERNATIVES_HTML ? MUGAI_FORM_HTML : MUGAI_FORM_PLAIN);
    if (taken != 0)
        return taken;
    for (size_t i = 0; i < n; i++)
        if ((among & 1u << i) != 0)
            contest.likeness[i] = mugai_likeness_new (forms[i].text, forms[i].size);
    taken = compare (&contest);
    for (size_t i = 0; i < n; i++)
        mugai_likeness_free (contest.likeness[i]);
    return taken;
}
