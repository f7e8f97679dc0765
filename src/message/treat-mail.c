/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a mail inside of the item is read by the code that reads the item (walk-mime.c),
 * its parts are decided and run like any others, and what is text in it becomes one text under a
 * summary of its header. What is not text goes into the item's list of attachments by itself.
 */
#include "message/treat-private.h"

#include "core/error.h"
#include "message/body.h"
#include "message/filename.h"
#include "message/header.h"
#include "message/letter.h"
#include "message/notice-text.h"
#include "message/prescan.h"
#include "message/second-leaf.h"

#include <string.h>

/* Start all, then finish all: isolated filters work side by side. */
static bool
treat_range (MugaiTreat *treat, uint32_t first, uint32_t end)
{
    GError **error = treat->error == NULL ? &treat->error : NULL;

    for (uint32_t i = first; i < end; i++)
        if (mugai_walk_part (treat->walk, i)->leaf)
            mugai_treat_start (treat, i);
    for (uint32_t i = first; i < end; i++)
        if (!mugai_treat_finish (treat, i, error))
            return false;
    return true;
}

GArray *
mugai_treat_bodies (MugaiTreat *treat, const MugaiMime *mail, uint32_t *ret_first)
{
    GArray *texts = g_array_new (FALSE, FALSE, sizeof (MugaiBodyText));

    for (uint32_t i = 0; i < treat->walk->parts->len; i++) {
        const MugaiWalkPart *part = mugai_walk_part (treat->walk, i);
        const MugaiTreated *treated = &mugai_treat_slot (treat, i)->treated;

        if (part->role != MUGAI_ROLE_BODY || part->mail != mail || treated->data == NULL)
            continue;
        if (texts->len == 0 && ret_first != NULL)
            *ret_first = i;
        MugaiBodyText row = { .text = treated->data, .form = treated->form };
        g_array_append_val (texts, row);
    }
    return texts;
}

/* A mail without a name is called by its subject. */
static void
name_by_subject (MugaiTreat *treat, uint32_t index, const char *subject)
{
    MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    MugaiReportPart *row = mugai_treat_row (treat, index);

    if (part->name[0] != '\0' || subject == NULL || subject[0] == '\0')
        return;
    g_autofree char *name = g_strconcat (subject, ".eml", NULL);
    g_free (part->name);
    part->name = mugai_filename_safe (name, MUGAI_FILENAME_MAX);
    g_free (row->name);
    row->name = g_strdup (part->name);
}

/* Of a mail inside, that it lacks a sender (as signed content does), or that people in it have no
 * address, is not worth a word: it is shown as it is, and nobody answers to it. */
static void
take_findings (MugaiTreat *treat, uint32_t index, const GPtrArray *findings)
{
    static const char *const none[] = { "header.from-missing", "header.from-unreadable",
                                        "header.bad-address" };

    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (findings, i);
        bool silent = false;
        for (size_t n = 0; n < G_N_ELEMENTS (none); n++)
            silent = silent || strcmp (finding->code, none[n]) == 0;
        if (!silent)
            mugai_report_add_finding (mugai_treat_row (treat, index)->findings, finding->code,
                                      finding->count, finding->evidence);
    }
}

/* @summary: of the header above. */
static GBytes *
compose (MugaiTreat *treat, uint32_t index, const MugaiMime *mail, const char *charset,
         bool summary)
{
    const MugaiSettings *settings = mugai_rules_settings (treat->rules);
    const MugaiLimits *limits = treat->walk->limits;
    GString *out = g_string_new (NULL);
    uint64_t imitations = 0;
    bool cut = false;
    g_autoptr (MugaiReport) scratch = mugai_report_new();
    g_autoptr (MugaiHeader) header = mugai_header_read (
        &mail->fields, charset[0] != '\0' ? charset : NULL, settings, limits, scratch->findings);
    g_autoptr (GArray) texts = mugai_treat_bodies (treat, mail, NULL);

    take_findings (treat, index, scratch->findings);
    name_by_subject (treat, index, header->subject);
    if (summary)
        mugai_letter_header (header, settings->language, out);
    g_string_append (out, out->len > 0 ? "\n" : "");
    GString *text = mugai_body_join ((const MugaiBodyText *)(gpointer)texts->data, texts->len,
                                     settings->language, limits->text, &imitations, &cut);
    g_string_append_len (out, text->str, (gssize)text->len);
    if (text->len == 0)
        g_string_append_printf (out, "%s\n", mugai_text (MUGAI_TEXT_NO_BODY, settings->language));
    if (cut) {
        mugai_walk_finding (treat->walk, index, "limit.text", limits->text, NULL);
        g_string_append_printf (out, "%s\n", mugai_text (MUGAI_TEXT_CUT, settings->language));
    }
    if (imitations > 0)
        mugai_walk_finding (treat->walk, index, "text.notice-imitation", imitations, NULL);
    g_string_free (text, TRUE);
    return g_string_free_to_bytes (out);
}

/* MugaiWalkReader.list, among the calls of chains that are out. */
static GBytes *
list_leaves (void *data, const uint8_t *mail, size_t size, const MugaiLimits *limits,
             GError **error)
{
    MugaiTreat *treat = data;
    g_autoptr (GBytes) bytes = g_bytes_new_static (mail, size);

    return mugai_chain_ask_among (treat->chain, MUGAI_SECOND_READER, "eml", bytes,
                                  (limits->parts + 1) * 4 * MUGAI_SECOND_LEAF_ROOM, error);
}

static bool
blank (GBytes *text)
{
    size_t size = 0;
    const char *at = text != NULL ? g_bytes_get_data (text, &size) : NULL;

    for (size_t i = 0; i < size; i++)
        if ((uint8_t)at[i] > ' ')
            return false;
    return true;
}

/* Has the mail that @index stands in text of its own, beside it? A text that is still to come
 * counts by its size. */
static bool
has_text (MugaiTreat *treat, uint32_t index)
{
    enum { LINE_END = 2 };
    const MugaiMime *mail = mugai_walk_part (treat->walk, index)->mail;

    for (uint32_t i = 0; i < treat->walk->parts->len; i++) {
        const MugaiWalkPart *part = mugai_walk_part (treat->walk, i);
        MugaiSlot *slot = mugai_treat_slot (treat, i);

        if (i == index || part->role != MUGAI_ROLE_BODY || part->mail != mail || !part->leaf)
            continue;
        if (slot->started &&
            !mugai_treat_finish (treat, i, treat->error == NULL ? &treat->error : NULL))
            return true;
        if (slot->started ? !blank (slot->treated.data) : part->size > LINE_END)
            return true;
    }
    return false;
}

/* Does @place mean the body? What is all of the mail is its body. What stands in a winmail.dat
 * itself (a message within) is no stead of the text around it. */
static bool
goes_into_body (MugaiTreat *treat, uint32_t index, mugai_mail_place place)
{
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, index);

    return place == MUGAI_MAIL_BODY || (index == 0 && part->mail != NULL) ||
           (place == MUGAI_MAIL_STEAD && part->mail != NULL &&
            strcmp (part->container, part->type->id) != 0 && !has_text (treat, index));
}

/* Says the mail around @index who wrote it? */
static bool
has_author (MugaiTreat *treat, uint32_t index)
{
    const MugaiMime *mail = mugai_walk_part (treat->walk, index)->mail;
    size_t from = 0;

    return mail != NULL && mugai_fields_find (&mail->fields, "from", &from) != NULL;
}

const char *
mugai_treat_mail (void *data, uint32_t index, GBytes *content, mugai_mail_place place,
                  GBytes **ret_text)
{
    MugaiTreat *treat = data;
    uint32_t first = treat->walk->parts->len;
    g_autoptr (GError) limit = NULL;
    const MugaiWalkReader reader = { .list = list_leaves, .data = treat };
    MugaiPrescan scan;
    size_t size;
    const uint8_t *bytes = g_bytes_get_data (content, &size);

    if (!mugai_prescan (bytes, size, treat->walk->limits, &scan, &limit))
        return mugai_walk_limit (limit);
    const MugaiMime *mail = mugai_walk_open (treat->walk, index, content,
                                             treat->channel < 0 ? treat->reader : &reader, &limit);
    if (mail == NULL && !g_error_matches (limit, MUGAI_ERROR, MUGAI_ERROR_LIMIT)) {
        if (treat->error == NULL)
            treat->error = g_steal_pointer (&limit); /* the item must be given up */
        return "filter.refused";
    }
    if (mail == NULL)
        return mugai_walk_limit (limit);
    uint32_t end = treat->walk->parts->len;
    bool into_body = goes_into_body (treat, index, place);
    bool summary = !into_body || place != MUGAI_MAIL_STEAD || !has_author (treat, index);
    if (into_body)
        mugai_treat_set_role (treat, index, MUGAI_ROLE_BODY);
    if (!treat_range (treat, first, end))
        return "filter.refused";
    mugai_body_settle (treat->walk, treat, first,
                       mugai_rules_settings (treat->rules)->alternatives);
    mugai_walk_part (treat->walk, index)->leaf = mugai_treat_row (treat, index)->leaf = false;
    *ret_text =
        compose (treat, index, mail, mugai_walk_part (treat->walk, first)->charset, summary);
    return NULL;
}
