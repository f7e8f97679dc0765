/* SPDX-License-Identifier: Apache-2.0 */
#include "message/sniff-end.h"

#include "message/sniff-zip.h"

#include <string.h>
#include <strings.h>

enum {
    PDF_BEGINS = 1024, /* readers look for %PDF- this far (ISO 32000-1, implementation note 13) */
    PDF_ENDS = 1024,
};

typedef struct End { /* the last bytes of a format */
    const char *id;
    const char *mark;
    size_t size; /* of the mark */
} End;

static const End ends[] = {
    { "png", "IEND\xae\x42\x60\x82", 8 },
    { "jpeg", "\xff\xd9", 2 },
    { "gif", "\0;", 2 },
};

/* The last place of @mark in the last window. */
static const uint8_t *
find_last (const MugaiSniff *w, const char *mark, size_t size)
{
    for (size_t at = w->tail_size; at >= size; at--)
        if (memcmp (w->tail + at - size, mark, size) == 0)
            return w->tail + at - size;
    return NULL;
}

static bool
find (const uint8_t *at, size_t size, const char *word)
{
    return memmem (at, size, word, strlen (word)) != NULL;
}

static bool
find_fold (const uint8_t *at, size_t size, const char *word)
{
    size_t n = strlen (word);

    for (size_t i = 0; i + n <= size; i++)
        if ((at[i] == '<' || at[i] == '@') && strncasecmp ((const char *)at + i, word, n) == 0)
            return true;
    return false;
}

/* What stands behind a picture, when it is something that a program would take. */
static const char *
type_behind (const uint8_t *at, size_t size)
{
    static const struct {
        const char *mark;
        size_t size;
        const char *id;
    } begins[] = { { "MZ", 2, "exe" },
                   { "\x7f"
                     "ELF",
                     4, "elf" },
                   { "Rar!\x1a\x07", 6, "rar" },
                   { "7z\xbc\xaf\x27\x1c", 6, "7z" },
                   { "PK\3\4", 4, "zip" },
                   { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "ole2" } };
    static const char *const pages[] = { "<html", "<script", "<!doctype html", "<iframe", "<body" };

    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (size >= begins[i].size && memcmp (at, begins[i].mark, begins[i].size) == 0)
            return begins[i].id;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (find_fold (at, size, pages[i]))
            return "html";
    if (find_fold (at, size, "<?php"))
        return "php";
    return find_fold (at, size, "@echo off") ? "bat" : NULL;
}

static bool
has_pdf (const MugaiSniff *w)
{
    size_t head = w->head_size < PDF_BEGINS ? w->head_size : PDF_BEGINS;
    size_t tail = w->tail_size < PDF_ENDS ? w->tail_size : PDF_ENDS;

    return find (w->head, head, "%PDF-") && find (w->tail + w->tail_size - tail, tail, "%%EOF");
}

/* An archive whose directory is really there and that ends where the content ends. */
static bool
has_zip (const MugaiSniff *w)
{
    MugaiZipEnd end;

    return mugai_sniff_zip_end (w, &end) && end.size > 0 && end.directory > 0 &&
           end.end == w->size && mugai_sniff_at (w, end.directory, 4) != NULL;
}

const char *
mugai_sniff_end (const MugaiSniff *w, const char *id, uint64_t *ret_trailing)
{
    const uint8_t *from = NULL, *stop = w->tail + w->tail_size;
    const char *also = NULL;

    *ret_trailing = 0;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (strcmp (id, ends[i].id) != 0)
            continue;
        from = find_last (w, ends[i].mark, ends[i].size);
        from = from != NULL ? from + ends[i].size : NULL;
    }
    while (from != NULL && stop > from && (stop[-1] == 0 || stop[-1] == '\n' || stop[-1] == '\r'))
        stop--;
    if (from != NULL && stop > from) {
        *ret_trailing = (uint64_t)(stop - from);
        also = type_behind (from, (size_t)(stop - from));
    }
    if (also == NULL && has_zip (w))
        also = "zip";
    return also == NULL && has_pdf (w) ? "pdf" : also;
}
