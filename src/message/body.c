/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: alternatives are settled from the innermost outwards, after every form went through
 * its chain: what is compared is what would be delivered. A form is the text of one branch.
 */
#include "message/body.h"

#include "common/unicode.h"
#include "message/notice.h"

#include <string.h>

enum { CUT_LOOK = 2000 /* bytes before a cut in which a line end is looked for */ };

typedef struct Branch { /* a direct child of an alternative that holds texts */
    uint32_t part;
    MugaiFormKind kind;
    GString *text;
    const char *declared; /* of its first text */
    bool taken;
} Branch;

static void
branch_clear (gpointer data)
{
    Branch *branch = data;

    if (branch->text != NULL)
        g_string_free (branch->text, TRUE);
}

/* A text that stands for others; a calendar among them, for example, does not. */
static bool
competes (const MugaiWalkPart *part)
{
    return part->leaf && part->chosen && part->role == MUGAI_ROLE_BODY &&
           strcmp (part->type->family, "text") == 0;
}

static MugaiFormKind
kind_of (const MugaiWalkPart *part)
{
    if (strcmp (part->type->id, "html") == 0)
        return MUGAI_FORM_HTML;
    return strcmp (part->declared, "text/plain") == 0 ? MUGAI_FORM_PLAIN : MUGAI_FORM_OTHER;
}

static void
add_text (Branch *branch, const MugaiWalkPart *part, const MugaiTreated *treated)
{
    size_t size;

    branch->kind = MAX (branch->kind, kind_of (part));
    if (branch->declared == NULL)
        branch->declared = part->declared;
    if (branch->text == NULL)
        branch->text = g_string_new (NULL);
    if (treated->data != NULL) {
        const char *text = g_bytes_get_data (treated->data, &size);
        g_string_append_len (branch->text, text, (gssize)size);
    }
}

/* Branches of @alternative with their texts, in the order of the mail. */
static GArray *
find_branches (const MugaiWalk *walk, MugaiTreat *treat, uint32_t alternative)
{
    GArray *branches = g_array_new (FALSE, FALSE, sizeof (Branch));
    Branch *branch = NULL;
    uint32_t child = alternative; /* the branch that index i stands in */

    const MugaiWalkPart *top = mugai_walk_part (walk, alternative);

    g_array_set_clear_func (branches, branch_clear);
    for (uint32_t i = alternative + 1; i < walk->parts->len; i++) {
        const MugaiWalkPart *part = mugai_walk_part (walk, i);

        if (part->parent < alternative || part->mail != top->mail)
            break; /* parts stand in the order of the mail: the alternative is over */
        if (part->parent == alternative)
            child = i;
        if (!competes (part))
            continue;
        if (branch == NULL || branch->part != child) {
            g_array_append_val (branches, ((Branch){ .part = child }));
            branch = &g_array_index (branches, Branch, branches->len - 1);
        }
        add_text (branch, part, mugai_treat_result (treat, i));
    }
    return branches;
}

/* Returns: how many branches are taken. */
static unsigned
choose (GArray *branches, MugaiAlternatives how)
{
    MugaiForm forms[MUGAI_FORMS_MAX];
    size_t n = MIN (branches->len, MUGAI_FORMS_MAX);
    unsigned taken = 0;

    for (size_t i = 0; i < n; i++) {
        const Branch *branch = &g_array_index (branches, Branch, i);
        forms[i] = (MugaiForm){ .text = branch->text->str,
                                .size = branch->text->len,
                                .kind = branch->kind };
    }
    uint32_t bits = mugai_forms_choose (forms, n, how);
    for (size_t i = 0; i < n; i++) {
        g_array_index (branches, Branch, i).taken = (bits & 1u << i) != 0;
        taken += (bits & 1u << i) != 0;
    }
    return taken;
}

/* Texts of a branch: left out, or labelled when several are delivered side by side. */
static void
settle_branch (MugaiWalk *walk, MugaiTreat *treat, const Branch *branch, bool several)
{
    const MugaiWalkPart *top = mugai_walk_part (walk, branch->part);

    for (uint32_t i = branch->part; i < walk->parts->len; i++) {
        MugaiWalkPart *part = mugai_walk_part (walk, i);

        if (i > branch->part && (part->parent < branch->part || part->mail != top->mail))
            break;
        if (!competes (part))
            continue;
        if (!branch->taken)
            mugai_treat_set_aside (treat, i);
        else if (several)
            mugai_treat_result (treat, i)->form = branch->kind;
    }
}

static void
settle (MugaiWalk *walk, MugaiTreat *treat, uint32_t alternative, MugaiAlternatives how)
{
    g_autoptr (GArray) branches = find_branches (walk, treat, alternative);

    if (branches->len < 2)
        return;
    unsigned taken = choose (branches, how);
    for (guint i = 0; i < branches->len; i++) {
        const Branch *branch = &g_array_index (branches, Branch, i);
        settle_branch (walk, treat, branch, taken > 1);
        if (taken == 1 && branch->taken)
            mugai_walk_finding (walk, alternative, "walk.alternative-chosen", branches->len,
                                branch->declared);
    }
    if (taken > 1)
        mugai_walk_finding (walk, alternative, "walk.alternatives-differ", taken, NULL);
}

void
mugai_body_settle (MugaiWalk *walk, MugaiTreat *treat, uint32_t first, MugaiAlternatives how)
{
    const MugaiMime *mail = mugai_walk_part (walk, first)->mail;

    for (uint32_t i = first + mail->parts->len; i-- > first;)
        if (mugai_walk_part (walk, i)->kind == MUGAI_MIME_ALTERNATIVE)
            settle (walk, treat, i, how);
}

/* A line that imitates the first line of our notice (PROFILE.md M-6.2). */
static bool
imitates (const char *line, size_t size)
{
    static const char ja[] = "無害化の結果", en[] = "Sanitization result";

    if (size >= 2 && memcmp (line, "> ", 2) == 0)
        return false;
    return memmem (line, size, ja, sizeof ja - 1) != NULL ||
           memmem (line, size, en, sizeof en - 1) != NULL;
}

static void
append_text (GString *out, const char *text, size_t size, uint64_t *imitations)
{
    static const char ja[] = "無害化の結果", en[] = "Sanitization result";

    if (memmem (text, size, ja, sizeof ja - 1) == NULL &&
        memmem (text, size, en, sizeof en - 1) == NULL) {
        g_string_append_len (out, text, (gssize)size);
        return;
    }
    for (size_t at = 0; at < size;) {
        const char *lf = memchr (text + at, '\n', size - at);
        size_t line = lf != NULL ? (size_t)(lf - text) + 1 - at : size - at;

        if (imitates (text + at, line)) {
            g_string_append_len (out, "> ", 2);
            ++*imitations;
        }
        g_string_append_len (out, text + at, (gssize)line);
        at += line;
    }
}

/* Cut at a line end if there is one near, else between two characters and not inside of a sequence
 * of them. */
static void
cut_text (GString *text, size_t max)
{
    size_t end = max;

    while (end > 0 && text->str[end - 1] != '\n' && max - end < CUT_LOOK)
        end--;
    if (end == 0 || text->str[end - 1] != '\n')
        for (end = max; end > 0 && ((uint8_t)text->str[end] & 0xc0) == 0x80;)
            end--;
    g_string_truncate (text, end);
    while (text->len > 0) {
        const char *last = g_utf8_find_prev_char (text->str, text->str + text->len);
        if (mugai_char_class (g_utf8_get_char (last)) != MUGAI_CHAR_INVISIBLE)
            break;
        g_string_truncate (text, (gsize)(last - text->str));
    }
}

GString *
mugai_body_join (const MugaiBodyText *texts, size_t n, MugaiLanguage language, size_t max,
                 uint64_t *ret_imitations, bool *ret_cut)
{
    GString *out = g_string_new (NULL);

    for (size_t i = 0; i < n; i++) {
        size_t size;
        const char *text = g_bytes_get_data (texts[i].text, &size);

        if (mugai_forms_blank (text, size))
            continue;
        if (out->len > 0)
            g_string_append (out, "\n--------------------\n\n");
        if (texts[i].form != 0)
            g_string_append_printf (out, "%s\n\n",
                                    mugai_notice_form_label (texts[i].form, language));
        append_text (out, text, size, ret_imitations);
        if (out->str[out->len - 1] != '\n')
            g_string_append_c (out, '\n');
    }
    *ret_cut = out->len > max;
    if (*ret_cut)
        cut_text (out, max);
    if (out->len > 0 && out->str[out->len - 1] != '\n')
        g_string_append_c (out, '\n');
    return out;
}
