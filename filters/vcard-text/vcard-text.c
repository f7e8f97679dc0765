/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one pass over the content lines; each known property is read as text and written
 * again. What lies in an unknown component is skipped.
 */
#include "vcard-text/vcard-text.h"

#include "common/card.h"

#include <errno.h>

#include <string.h>
#include <strings.h>

enum {
    VALUE_MAX = 16384,
    CARDS_SHOWN = 20,
    ROW_FN = 0, /* of the table */
    ROW_N = 1,
    ROW_ORG = 3,
};

/* @parts: pieces between semicolons (N, ADR, ORG); @types: words of TYPE are kept. */
static const struct {
    const char *name;
    bool parts, types, mail, phone, date;
    const char *ja, *en; /* in the summary, NULL not there */
} properties[] = {
    { .name = "FN", .ja = "氏名", .en = "Name" },
    { .name = "N", .parts = true },
    { .name = "NICKNAME" },
    { .name = "ORG", .parts = true, .ja = "組織", .en = "Organization" },
    { .name = "TITLE", .ja = "役職", .en = "Title" },
    { .name = "ROLE" },
    { .name = "TEL", .types = true, .phone = true, .ja = "電話", .en = "Phone" },
    { .name = "EMAIL", .types = true, .mail = true, .ja = "メール", .en = "Mail" },
    { .name = "ADR", .parts = true, .types = true, .ja = "住所", .en = "Address" },
    { .name = "LABEL", .types = true },
    { .name = "NOTE", .ja = "備考", .en = "Note" },
    { .name = "BDAY", .date = true },
    { .name = "ANNIVERSARY", .date = true },
    { .name = "REV", .date = true },
    { .name = "UID" },
    { .name = "CATEGORIES" },
    { .name = "SORT-STRING" },
    { .name = "X-PHONETIC-FIRST-NAME" },
    { .name = "X-PHONETIC-LAST-NAME" },
};

typedef struct Work {
    bool japanese, open, named;
    unsigned cards;
    size_t skip;
    uint64_t dropped;
    MugaiBuffer *out, *summary;
    MugaiBuffer line, text, fallback; /* fallback: a name for a card without FN */
} Work;

static void
put (Work *w, const char *text)
{
    mugai_buffer_add_text (&w->line, text);
}

static void
end_line (Work *w)
{
    mugai_card_write (w->line.data, w->line.size, w->out);
    w->line.size = 0;
}

static void
whole_line (Work *w, const char *text)
{
    put (w, text);
    end_line (w);
}

static bool
plain_word (MugaiCardSpan s)
{
    for (size_t i = 0; i < s.size; i++)
        if (!((s.data[i] | 32) >= 'a' && (s.data[i] | 32) <= 'z') && s.data[i] != '-')
            return false;
    return s.size > 0 && s.size <= 20;
}

/* TYPE=HOME,VOICE, TYPE=HOME;TYPE=VOICE and, in 2.1, HOME;VOICE. */
static void
put_types (Work *w, const MugaiCardLine *line)
{
    static const char *const known[] = { "HOME",   "WORK", "VOICE", "FAX",   "CELL",     "PAGER",
                                         "PREF",   "MSG",  "CAR",   "VIDEO", "INTERNET", "POSTAL",
                                         "PARCEL", "DOM",  "INTL",  "TEXT",  "OTHER",    "MAIN" };
    bool any = false;

    for (size_t i = 0; i < line->n_params; i++) {
        MugaiCardSpan rest = line->params[i].value;
        if (line->params[i].name.size > 0 && !mugai_card_span_is (line->params[i].name, "TYPE"))
            continue;
        while (rest.size > 0) {
            MugaiCardSpan one = mugai_card_piece (&rest, ',');
            for (size_t k = 0; plain_word (one) && k < sizeof known / sizeof known[0]; k++) {
                if (!mugai_card_span_is (one, known[k]))
                    continue;
                put (w, any ? "," : ";TYPE=");
                put (w, known[k]);
                any = true;
            }
        }
    }
}

static bool
all_of (const MugaiBuffer *text, const char *letters)
{
    for (size_t i = 0; i < text->size; i++)
        if (text->data[i] == '\0' || strchr (letters, text->data[i]) == NULL)
            return false;
    return text->size > 0;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool
is_address (const MugaiBuffer *text)
{
    size_t at = 0, signs = 0;

    for (size_t i = 0; i < text->size; i++)
        if (text->data[i] == '@') {
            at = i;
            signs++;
        }
    return signs == 1 && at > 0 && at + 1 < text->size && text->size <= 254 &&
           all_of (text, LETTERS "0123456789.!#$%&'*+/=?^_`{|}~-@");
}

/* The value as a reader sees it, in w->text. Returns: may it stand there? */
static bool
read_value (Work *w, const MugaiCardLine *line, size_t row)
{
    w->text.size = 0;
    mugai_card_text (line, line->value, &w->text);
    while (properties[row].phone && w->text.size >= 4 && strncasecmp (w->text.data, "tel:", 4) == 0)
        memmove (w->text.data, w->text.data + 4, w->text.size -= 4);
    while (w->text.size > 0 && strchr (" \t\n", w->text.data[w->text.size - 1]) != NULL)
        w->text.size--;
    if (properties[row].mail)
        return is_address (&w->text);
    if (properties[row].date)
        return all_of (&w->text, "0123456789-:TZ+");
    return w->text.size > 0;
}

static void
put_value (Work *w, const MugaiCardLine *line, size_t row)
{
    MugaiCardSpan rest = line->value;

    put (w, ":");
    if (!properties[row].parts) {
        mugai_card_escape (w->text.data, w->text.size, &w->line);
        return;
    }
    for (bool more = true; more;) {
        size_t left = rest.size;
        MugaiCardSpan piece = mugai_card_piece (&rest, ';');
        more = piece.size < left;
        w->text.size = 0;
        mugai_card_text (line, piece, &w->text);
        mugai_card_escape (w->text.data, w->text.size, &w->line);
        put (w, more ? ";" : "");
    }
}

/* "言葉：値", parts joined by spaces. */
static void
summarize (Work *w, size_t row)
{
    const char *label = w->japanese ? properties[row].ja : properties[row].en;
    char before = ' ';

    if (label == NULL || w->cards > CARDS_SHOWN)
        return;
    mugai_buffer_add_text (w->summary, label);
    mugai_buffer_add_text (w->summary, w->japanese ? "：" : ": ");
    for (size_t i = 0; i < w->text.size; i++) {
        char c = w->text.data[i] == ';' || w->text.data[i] == '\n' ? ' ' : w->text.data[i];
        if (c != ' ' || before != ' ')
            mugai_buffer_add (w->summary, &c, 1);
        before = c;
    }
    mugai_buffer_add_text (w->summary, "\n");
}

/* A name for a card that has no FN: N, else ORG, its pieces joined. */
static void
remember_name (Work *w)
{
    w->fallback.size = 0;
    for (size_t i = 0; i < w->text.size; i++) {
        char c = strchr (";\n\t", w->text.data[i]) != NULL ? ' ' : w->text.data[i];
        if (c != ' ' || (w->fallback.size > 0 && w->fallback.data[w->fallback.size - 1] != ' '))
            mugai_buffer_add (&w->fallback, &c, 1);
    }
    while (w->fallback.size > 0 && w->fallback.data[w->fallback.size - 1] == ' ')
        w->fallback.size--;
}

static void
property (Work *w, const MugaiCardLine *line)
{
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        if (!mugai_card_span_is (line->name, properties[i].name))
            continue;
        if (!read_value (w, line, i))
            break;
        summarize (w, i);
        if (i == ROW_N || (i == ROW_ORG && w->fallback.size == 0))
            remember_name (w);
        w->named = w->named || i == ROW_FN;
        put (w, properties[i].name);
        if (properties[i].types)
            put_types (w, line);
        put_value (w, line, i);
        end_line (w);
        return;
    }
    w->dropped +=
        !mugai_card_span_is (line->name, "VERSION") && !mugai_card_span_is (line->name, "PRODID");
}

static void
open_card (Work *w)
{
    w->open = true;
    w->named = false;
    w->fallback.size = 0;
    w->cards++;
    whole_line (w, "BEGIN:VCARD");
    whole_line (w, "VERSION:3.0");
    if (w->cards <= CARDS_SHOWN) {
        mugai_buffer_add_text (w->summary, w->summary->size > 0 ? "\n" : "");
        mugai_buffer_add_text (w->summary, w->japanese ? "【名刺】\n" : "[Address card]\n");
    }
}

static void
close_card (Work *w)
{
    if (!w->open)
        return;
    w->open = false;
    if (!w->named) {
        w->text.size = 0;
        mugai_buffer_add (&w->text, w->fallback.data, w->fallback.size);
        if (w->text.size > 0)
            summarize (w, ROW_FN);
        put (w, "FN:");
        mugai_card_escape (w->fallback.size > 0 ? w->fallback.data : "-",
                           w->fallback.size > 0 ? w->fallback.size : 1, &w->line);
        end_line (w);
    }
    whole_line (w, "END:VCARD");
}

static void
take (Work *w, const MugaiCardLine *line)
{
    MugaiCardSpan name = line->value;
    bool begins = mugai_card_span_is (line->name, "BEGIN"),
         ends = mugai_card_span_is (line->name, "END");

    while (name.size > 0 && strchr (" \t\r", name.data[name.size - 1]) != NULL)
        name.size--;
    if (w->skip > 0) {
        w->skip = begins ? w->skip + 1 : ends ? w->skip - 1 : w->skip;
    } else if (begins) {
        if (!mugai_card_span_is (name, "VCARD") || w->open) {
            w->skip = 1;
            w->dropped++;
        } else {
            open_card (w);
        }
    } else if (ends) {
        close_card (w);
    } else if (w->open) {
        property (w, line);
    }
}

static bool
read_cards (Work *w, const void *data, size_t size)
{
    MugaiCard card;
    MugaiCardLine line;
    bool ok = mugai_card_open (&card, data, size);

    while (ok && mugai_buffer_ok (w->out) && mugai_card_next (&card, &line))
        take (w, &line);
    close_card (w);
    mugai_card_clear (&card);
    return ok && mugai_buffer_ok (w->out) && !w->line.failed && w->cards > 0;
}

int
vcard_text (const void *data, size_t size, bool japanese, MugaiBuffer *out, MugaiBuffer *summary,
            uint64_t *ret_dropped)
{
    Work w = { .japanese = japanese,
               .out = out,
               .summary = summary,
               .line = mugai_buffer (4 * VALUE_MAX),
               .text = mugai_buffer (VALUE_MAX),
               .fallback = mugai_buffer (VALUE_MAX) };
    bool ok = read_cards (&w, data, size);

    *ret_dropped = w.dropped;
    mugai_buffer_clear (&w.line);
    mugai_buffer_clear (&w.text);
    mugai_buffer_clear (&w.fallback);
    return ok ? 0 : out->failed ? -ENOMEM : -EINVAL;
}
