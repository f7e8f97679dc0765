/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: fixed signatures first; two of them (ZIP, OLE2) are looked into for the kind of
 * document; what is left is text when it looks like text, and then words at its beginning, the
 * label and the name say which kind. Deliberately not done: no parsing. A file that lies within its
 * own format is the business of the filter that reads it.
 */
#include "message/sniff.h"

#include <string.h>
#include <strings.h>

typedef struct Signature {
    uint16_t offset;
    uint8_t size;
    bool weak; /* could be the beginning of a text: counts only when the content is no text */
    const char *bytes;
    const char *id;
} Signature;

#define SIG(offset, bytes, id)                                                                     \
    {                                                                                              \
        offset, sizeof (bytes) - 1, false, bytes, id                                               \
    }
#define WEAK(offset, bytes, id)                                                                    \
    {                                                                                              \
        offset, sizeof (bytes) - 1, true, bytes, id                                                \
    }

static const Signature signatures[] = {
#include "message/sniff-signatures.inc"
};

typedef struct Name { /* a name inside a ZIP, or a stream of an OLE2 file, that tells what the file
                         is */
    const char *part;
    const char *id;
} Name;

/* First match wins, so what carries macros stands before what does not. */
static const Name zip_names[] = {
    { "AndroidManifest.xml", "apk" },
    { "META-INF/MANIFEST.MF", "jar" },
    { "xl/workbook.bin", "xlsb" },
    { "word/document.xml", "docx" },
    { "word/document2.xml", "docx" },
    { "xl/workbook.xml", "xlsx" },
    { "ppt/presentation.xml", "pptx" },
    { "visio/document.xml", "vsd" },
    { "META-INF/container.xml", "epub" },
    { "FixedDocSeq.fdseq", "xps" },
    { "FixedDocumentSequence.fdseq", "xps" },
    { "AppxManifest.xml", "msix" },
    { "Index/Document.iwa", "pages" },
    { "[Content_Types].xml", "ooxml" },
};

static const Name ole_names[] = {
    { "EncryptedPackage", "office-encrypted" },
    { "WordDocument", "doc" },
    { "Workbook", "xls" },
    { "PowerPoint Document", "ppt" },
    { "__properties_version1", "msg" },
    { "DocumentText", "jtd" },
    { "JSRV_SegmentInformation", "jtd" },
    { "VisioDocument", "vsd" },
    { "Quill", "pub" },
    { "HwpSummaryInformation", "hwp" },
    { "Book", "xls" },
};

static bool
contains (const uint8_t *data, size_t size, const char *word)
{
    return memmem (data, size, word, strlen (word)) != NULL;
}

static bool
in_window (const MugaiSniff *w, const char *word)
{
    return contains (w->head, w->head_size, word) ||
           (w->tail != w->head && contains (w->tail, w->tail_size, word));
}

/* A name in UTF-16LE, as OLE2 directories have it. */
static bool
in_window_wide (const MugaiSniff *w, const char *word)
{
    char wide[64];
    size_t size = 0;

    for (; word[size] != '\0' && size < sizeof wide / 2; size++) {
        wide[2 * size] = word[size];
        wide[2 * size + 1] = '\0';
    }
    return memmem (w->head, w->head_size, wide, 2 * size) != NULL ||
           memmem (w->tail, w->tail_size, wide, 2 * size) != NULL;
}

/* The same kind with macros, as the main part's content type or a VBA project say. */
static const char *
with_macros (const MugaiSniff *w, const char *id, const char *extension)
{
    static const char *const kinds[][2] = { { "docx", "docm" },
                                            { "xlsx", "xlsm" },
                                            { "pptx", "pptm" } };
    static const char *const same = " docx xlsx pptx dotx xltx potx ppsx ";

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp (id, kinds[i][0]) == 0 && in_window (w, "vbaProject.bin"))
            return kinds[i][1];
    /* a template or a show differs from its document in one content type only; the name may say it
     */
    const MugaiType *named = mugai_type_by_extension (extension), *type = mugai_type_by_id (id);
    const char *at = named != NULL ? strstr (same, named->id) : NULL;
    return at != NULL && at[-1] == ' ' && type != NULL && strcmp (named->family, type->family) == 0
               ? named->id
               : id;
}

static const char *
sniff_zip (const MugaiSniff *w, const char *extension)
{
    const char *media = NULL;

    /* ODF and EPUB: an uncompressed first member named mimetype */
    if (w->head_size > 38 + 8 && memcmp (w->head + 30, "mimetype", 8) == 0)
        media = (const char *)w->head + 38;
    for (size_t count, i = 0, n = (mugai_type_table (&count), count); media != NULL && i < n; i++) {
        const MugaiType *type = &mugai_type_table (&count)[i];
        size_t size = strlen (type->media);

        if (size + 38 < w->head_size && memcmp (media, type->media, size) == 0 &&
            (media[size] == 'P' || (uint8_t)media[size] < 0x20))
            return type->id;
    }
    for (size_t i = 0; i < sizeof zip_names / sizeof zip_names[0]; i++)
        if (in_window (w, zip_names[i].part))
            return with_macros (w, zip_names[i].id, extension);
    return "zip";
}

static const char *
sniff_ole (const MugaiSniff *w, const char *extension)
{
    const MugaiType *named = mugai_type_by_extension (extension);
    static const char *const ole_kinds = " dot xlt xla msi mpp wps jtd jhd ole2 hwp thumbs ";

    for (size_t i = 0; i < sizeof ole_names / sizeof ole_names[0]; i++)
        if (in_window_wide (w, ole_names[i].part))
            return ole_names[i].id;
    /* the directory may lie outside of both windows: then the name decides among types of this
     * container */
    if (named != NULL && (strstr (ole_kinds, named->id) != NULL || strcmp (named->id, "doc") == 0 ||
                          strcmp (named->id, "xls") == 0 || strcmp (named->id, "ppt") == 0 ||
                          strcmp (named->id, "msg") == 0 || strcmp (named->id, "vsd") == 0))
        return named->id;
    return "ole2";
}

/* ISO base media: the brand says image, video or sound. */
static const char *
sniff_ftyp (const MugaiSniff *w)
{
    static const char *const brands[][2] = {
        { "heic", "heic" }, { "heix", "heic" }, { "mif1", "heif" },     { "msf1", "heif" },
        { "avif", "avif" }, { "avis", "avif" }, { "M4A ", "m4a" },      { "qt  ", "mov" },
        { "3gp", "3gp" },   { "jp2 ", "jp2" },  { "crx ", "raw-photo" }
    };

    for (size_t i = 0; w->head_size >= 12 && i < sizeof brands / sizeof brands[0]; i++)
        if (memcmp (w->head + 8, brands[i][0], strlen (brands[i][0])) == 0)
            return brands[i][1];
    return "mp4";
}

static const char *
sniff_riff (const MugaiSniff *w)
{
    if (w->head_size < 12)
        return "unknown";
    if (memcmp (w->head + 8, "WAVE", 4) == 0)
        return "wav";
    if (memcmp (w->head + 8, "WEBP", 4) == 0)
        return "webp";
    if (memcmp (w->head + 8, "ACON", 4) == 0)
        return "ani";
    return memcmp (w->head + 8, "AVI ", 4) == 0 ? "avi" : "unknown";
}

/* A bitmap's pixels can look like text: its header cannot. */
static bool
is_bmp (const MugaiSniff *w)
{
    static const uint8_t sizes[] = { 12, 16, 40, 52, 56, 64, 108, 124 };
    const uint8_t *d = w->head;

    if (w->head_size < 26 || memcmp (d, "BM", 2) != 0 || memcmp (d + 15, "\0\0", 3) != 0)
        return false;
    return memchr (sizes, d[14], sizeof sizes) != NULL;
}

/* Netpbm: P1 to P7, white space, then a number (P7: a word); the plain forms hold nothing but
 * numbers and comments. */
static bool
is_pnm (const MugaiSniff *w)
{
    static const char digits[] = "0123456789 \t\r\n";
    const uint8_t *d = w->head;
    size_t at = 2;

    if (w->head_size < 8 || d[0] != 'P' || d[1] < '1' || d[1] > '7' || d[2] == '\0' ||
        strchr (" \t\r\n", d[2]) == NULL)
        return false;
    if (d[1] == '7')
        return contains (d, w->head_size < 1024 ? w->head_size : 1024, "ENDHDR\n");
    for (bool comment = false; at < w->head_size && at < 64; at++) {
        comment = d[at] == '#' || (comment && d[at] != '\n');
        bool fits = comment || (d[at] != '\0' && strchr (digits, d[at]) != NULL);
        if (!fits)
            return d[1] >= '4' && at > 5; /* samples */
    }
    return true;
}

/* Share of bytes that no text has. UTF-16 counts as text when its NULs stand on one side only. */
static bool
looks_like_text (const MugaiSniff *w)
{
    size_t control = 0, nul[2] = { 0 }, size = w->head_size;

    if (size >= 2 &&
        ((w->head[0] == 0xff && w->head[1] == 0xfe) || (w->head[0] == 0xfe && w->head[1] == 0xff)))
        return true;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = w->head[i];

        if (c >= 0x20)
            continue;
        if (c == 0)
            nul[i & 1]++;
        else
            control += c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b && c != 0x0e &&
                       c != 0x0f;
    }
    if (nul[0] + nul[1] > 0 && (nul[0] == 0 || nul[1] == 0) && nul[0] + nul[1] > size / 4)
        return control == 0;
    return control + nul[0] + nul[1] <= size / 20;
}

typedef struct Opening { /* of a text, after white space; any case */
    const char *word;
    const char *id;
} Opening;

static const Opening openings[] = {
    { "<!doctype html", "html" },
    { "<html", "html" },
    { "<head", "html" },
    { "<body", "html" },
    { "<svg", "svg" },
    { "<?php", "php" },
    { "begin:vcalendar", "ics" },
    { "begin:vcard", "vcf" },
    { "[internetshortcut]", "url" },
    { "[desktop entry]", "desktop" },
    { "windows registry editor", "reg" },
    { "regedit4", "reg" },
    { "#!/bin/sh", "sh" },
    { "#!/bin/bash", "sh" },
    { "#!/usr/bin/env python", "py" },
    { "#!/usr/bin/perl", "pl" },
    { "#!/usr/bin/python", "py" },
    { "#!", "sh" },
    { "@echo off", "bat" },
    { "<hta:", "hta" },
    { "<job", "wsf" },
    { "iso-10303-21;", "sxf-p21" },
    { "-----begin pgp message-----", "pgp" },
    { "-----begin certificate-----", "cert" },
    { "-----begin pgp signature-----", "pgp-signature" },
    { "-----begin pgp public key block-----", "pgp-keys" },
};

static const char *
sniff_xml (const MugaiSniff *w)
{
    size_t size = w->head_size < 1024 ? w->head_size : 1024;

    if (contains (w->head, size, "<svg"))
        return "svg";
    if (contains (w->head, size, "<html") || contains (w->head, size, "<HTML"))
        return "html";
    if (contains (w->head, size, "progid=\"Word.Document\""))
        return "doc";
    if (contains (w->head, size, "progid=\"Excel.Sheet\""))
        return "xls";
    return "xml";
}

/* Kinds of text that differ by name only. */
static bool
is_textual (const MugaiType *type)
{
    static const char *const families = " text script shortcut ";
    static const char *const others =
        " eml mbox delivery-status dxf sxf-p21 sxf-sfc svg slk dif iqy playlist egov iges ps eps ";
    const char *family = type != NULL ? strstr (families, type->family) : NULL;

    return type != NULL &&
           ((family != NULL && family[-1] == ' ') || strstr (others, type->id) != NULL);
}

static const char *
sniff_text (const MugaiSniff *w, const char *declared, const char *extension)
{
    const uint8_t *at = w->head;
    size_t left = w->head_size;
    const MugaiType *label = mugai_type_by_media (declared),
                    *named = mugai_type_by_extension (extension);

    if (left >= 3 && memcmp (at, "\xef\xbb\xbf", 3) == 0)
        at += 3, left -= 3;
    while (left > 0 && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
        at++, left--;
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        size_t size = strlen (openings[i].word);
        if (left >= size && strncasecmp ((const char *)at, openings[i].word, size) == 0)
            return openings[i].id;
    }
    if (left >= 5 && strncasecmp ((const char *)at, "<?xml", 5) == 0)
        return sniff_xml (w);
    if (is_textual (named) && strcmp (named->id, "text") != 0)
        return named->id;
    if (is_textual (label))
        return label->id;
    return "text";
}

MugaiSniff
mugai_sniff_window (const void *data, size_t size)
{
    size_t part = size < MUGAI_SNIFF_WINDOW ? size : MUGAI_SNIFF_WINDOW;
    const uint8_t *at = data;

    return (MugaiSniff){ .head = at,
                         .head_size = part,
                         .tail = size > 0 ? at + (size - part) : at,
                         .tail_size = part,
                         .size = size };
}

static const char *
sniff_id (const MugaiSniff *w, const char *declared, const char *extension)
{
    bool text = looks_like_text (w);

    if (w->size == 0)
        return "empty";
    if (is_pnm (w))
        return "pnm";
    if (is_bmp (w))
        return "bmp";
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const Signature *s = &signatures[i];

        if ((s->weak && text) || (size_t)s->offset + s->size > w->head_size ||
            memcmp (w->head + s->offset, s->bytes, s->size) != 0)
            continue;
        if (strcmp (s->id, "zip") == 0)
            return sniff_zip (w, extension);
        if (strcmp (s->id, "ole2") == 0)
            return sniff_ole (w, extension);
        if (strcmp (s->id, "mp4") == 0)
            return sniff_ftyp (w);
        if (strcmp (s->id, "avi") == 0)
            return sniff_riff (w);
        return s->id;
    }
    if (w->head_size > 262 && memcmp (w->head + 257, "ustar", 5) == 0)
        return "tar";
    /* a ZIP may begin with anything: its directory stands at the end */
    if (w->tail_size >= 22 && memmem (w->tail, w->tail_size, "PK\5\6", 4) != NULL &&
        memmem (w->tail, w->tail_size, "PK\1\2", 4) != NULL)
        return "polyglot";
    return text ? sniff_text (w, declared, extension) : "unknown";
}

const MugaiType *
mugai_sniff (const MugaiSniff *window, const char *declared, const char *extension)
{
    const MugaiType *type = mugai_type_by_id (sniff_id (window, declared, extension));
    return type != NULL ? type : mugai_type_by_id ("unknown");
}

bool
mugai_sniff_mismatch (const MugaiType *type, const char *declared, const char *extension)
{
    const MugaiType *label = mugai_type_by_media (declared),
                    *named = mugai_type_by_extension (extension);
    bool plain = strcmp (type->family, "text") == 0 || strcmp (type->family, "script") == 0;

    if (label != NULL && label != type && strcmp (label->id, "unknown") != 0 &&
        !(plain && strcmp (label->id, "text") == 0))
        return true;
    return named != NULL && named != type && !(plain && strcmp (named->id, "text") == 0);
}
