/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: fixed signatures first; those that stand for several kinds (ZIP, OLE2, ISO media,
 * RIFF) are looked into. What is left is text when it looks like text, and then words at its
 * beginning, the label and the name say which kind. Deliberately not done: no parsing. A file that
 * lies within its own format is the business of the filter that reads it.
 */
#include "message/sniff.h"

#include "message/sniff-end.h"
#include "message/sniff-ole.h"
#include "message/sniff-text.h"
#include "message/sniff-zip.h"

#include <string.h>

enum { PDF_BEGINS = 1024 };

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

/* Is @id one of the space-separated @list? */
static bool
among (const char *list, const char *id)
{
    size_t n = strlen (id);

    for (const char *at = list; (at = strstr (at, id)) != NULL; at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

static bool
contains (const uint8_t *data, size_t size, const char *word)
{
    return memmem (data, size, word, strlen (word)) != NULL;
}

/* -- contents that one signature does not tell
 * ----------------------------------------------------- */

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
    static const char *const forms[][2] = {
        { "WAVE", "wav" }, { "WEBP", "webp" }, { "ACON", "ani" }, { "AVI ", "avi" }
    };

    for (size_t i = 0; w->head_size >= 12 && i < sizeof forms / sizeof forms[0]; i++)
        if (memcmp (w->head + 8, forms[i][0], 4) == 0)
            return forms[i][1];
    return "unknown";
}

/* A Java class and an Apple program for several processors begin alike; a class has a version from
 * 45 on where the other counts processors. */
static const char *
sniff_cafebabe (const MugaiSniff *w)
{
    return w->head_size >= 8 && w->head[6] == 0 && w->head[7] < 45 ? "macho" : "class";
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

/* CMS (RFC 5652 3): a sequence that begins with one of its object identifiers (RFC 5083 and
 * 3274 have theirs in another arc). PKCS#12 (RFC 7292
 * 4): a sequence that begins with version 3 and a sequence. */
static const char *
sniff_der (const MugaiSniff *w)
{
    static const uint8_t oid[] = { 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7 };
    static const uint8_t smime[] = { 6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1 };
    static const uint8_t version[] = { 2, 1, 3, 0x30 };
    const uint8_t *d = w->head;

    if (w->head_size < 24 || d[0] != 0x30)
        return NULL;
    size_t at = 2 + (d[1] > 0x80 ? d[1] & 7 : 0u);
    if (memcmp (d + at, oid, sizeof oid) == 0 || memcmp (d + at, smime, sizeof smime) == 0)
        return "p7m";
    return d[1] > 0x80 && memcmp (d + at, version, sizeof version) == 0 ? "p12" : NULL;
}

/* Disks have no signature at their beginning: volume descriptors of ISO 9660 (ECMA-119 8) and UDF
 * (ECMA-167 2/9.1), boot sectors (FAT, NTFS), ext, or a footer (VHD, DMG). */
static const char *
sniff_disk (const MugaiSniff *w)
{
    static const struct {
        uint32_t at;
        const char *bytes;
        uint8_t size;
        const char *id;
    } marks[] = { { 32769, "CD001", 5, "iso" },  { 32769, "BEA01", 5, "iso" },
                  { 32769, "NSR0", 4, "iso" },   { 34817, "CD001", 5, "iso" },
                  { 34817, "NSR0", 4, "iso" },   { 3, "NTFS    ", 8, "img" },
                  { 3, "EXFAT   ", 8, "img" },   { 54, "FAT1", 4, "img" },
                  { 82, "FAT32   ", 8, "img" },  { 512, "EFI PART", 8, "img" },
                  { 1080, "\x53\xef", 2, "img" } };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const uint8_t *at = mugai_sniff_at (w, marks[i].at, marks[i].size);
        if (at != NULL && memcmp (at, marks[i].bytes, marks[i].size) == 0)
            return marks[i].id;
    }
    if (w->tail_size >= 512 && memcmp (w->tail + w->tail_size - 512, "koly", 4) == 0)
        return "dmg";
    if (w->tail_size >= 512 && memcmp (w->tail + w->tail_size - 512, "conectix", 8) == 0)
        return "vhd";
    return NULL;
}

/* A header's checksum holds (POSIX ustar and the form before it; signed sums of old writers too).
 */
static bool
is_tar (const MugaiSniff *w)
{
    uint32_t sum = 0, want = 0;
    int32_t odd = 0;
    size_t at = 148;

    if (w->head_size < 512)
        return false;
    for (size_t i = 0; i < 512; i++) {
        uint8_t c = i >= 148 && i < 156 ? ' ' : w->head[i];
        sum += c;
        odd += (int8_t)c;
    }
    while (at < 156 && w->head[at] == ' ')
        at++;
    for (; at < 156 && w->head[at] >= '0' && w->head[at] <= '7'; at++)
        want = want * 8 + (w->head[at] - '0');
    return want > 8 * ' ' && (want == sum || want == (uint32_t)odd);
}

static const char *
look_into (const MugaiSniff *w, const char *id, const char *extension)
{
    if (strcmp (id, "zip") == 0)
        return mugai_sniff_zip (w, extension);
    if (strcmp (id, "ole2") == 0)
        return mugai_sniff_ole (w, extension);
    if (strcmp (id, "mp4") == 0)
        return sniff_ftyp (w);
    if (strcmp (id, "avi") == 0)
        return sniff_riff (w);
    return strcmp (id, "class") == 0 ? sniff_cafebabe (w) : id;
}

/* Returns: (static) id, or NULL. */
static const char *
by_signature (const MugaiSniff *w, bool text, const char *extension)
{
    if (is_pnm (w))
        return "pnm";
    if (is_bmp (w))
        return "bmp";
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const Signature *s = &signatures[i];

        if (!(s->weak && text) && (size_t)s->offset + s->size <= w->head_size &&
            memcmp (w->head + s->offset, s->bytes, s->size) == 0)
            return look_into (w, s->id, extension);
    }
    if (text)
        return NULL;
    if (is_tar (w))
        return "tar";
    const char *id = sniff_disk (w);
    return id != NULL ? id : sniff_der (w);
}

/* -- claims of label and name
 * ---------------------------------------------------------------------- */

bool
mugai_sniff_claims (const MugaiType *claim)
{
    static const char families[] = "executable script shortcut disk-image font crypto cad audio "
                                   "video";
    static const char others[] = "jtd jtdc jsd jhd xdw xbd xct one mpp hwp chm";

    return claim != NULL && (among (families, claim->family) || among (others, claim->id));
}

/* Kinds of text that differ by name only. */
static bool
is_textual (const MugaiType *type)
{
    static const char others[] = "eml mbox delivery-status svg slk dif egov ps eps";

    return type != NULL && (strcmp (type->family, "text") == 0 || among (others, type->id));
}

/* A name that is often given to what is in truth a text or a page: old Office names by web
 * applications; and those that say nothing. */
static bool
is_loose (const MugaiType *type)
{
    return among ("doc dot xls xlt rtf", type->id) || among ("mail data unknown", type->family);
}

/* A text: what its words say, what label and name claim, and what they merely suggest. */
static const char *
decide_text (const MugaiSniff *w, const MugaiType *label, const MugaiType *named, bool *ret_weak)
{
    const char *id = mugai_sniff_words (w);

    if (id != NULL && mugai_sniff_claims (mugai_type_by_id (id)))
        return id;
    if (mugai_sniff_claims (named))
        return named->id;
    if (mugai_sniff_claims (label))
        return label->id;
    if (id != NULL && strcmp (id, "svg") == 0 && named != NULL && strcmp (named->id, "html") == 0)
        return named->id;
    if (id != NULL && strcmp (id, "xml") != 0)
        return id;
    if (is_textual (named) && strcmp (named->id, "text") != 0)
        return named->id;
    if (named != NULL && !is_textual (named) && !is_loose (named))
        return named->id; /* a document by its name that is none: its filter says so */
    *ret_weak = !is_textual (named);
    if (id != NULL)
        return id;
    return is_textual (label) ? label->id : "text";
}

/* No text and no signature: a claim may name it. */
static const char *
decide_unknown (const MugaiType *label, const MugaiType *named, bool *ret_weak)
{
    *ret_weak = true;
    if (mugai_sniff_claims (named))
        return named->id;
    return mugai_sniff_claims (label) ? label->id : "unknown";
}

/* -- the decision
 * -------------------------------------------------------------------------------- */

MugaiSniff
mugai_sniff_window (const void *data, size_t size)
{
    size_t part = size < MUGAI_SNIFF_WINDOW ? size : MUGAI_SNIFF_WINDOW;
    const uint8_t *at = data;

    return (MugaiSniff){ .head = at,
                         .head_size = part,
                         .tail = size > 0 ? at + (size - part) : at,
                         .tail_size = part,
                         .size = size,
                         .whole = at };
}

const uint8_t *
mugai_sniff_at (const MugaiSniff *w, uint64_t at, size_t size)
{
    uint64_t tail = w->size - w->tail_size;

    if (at > w->size || size > w->size - at)
        return NULL;
    if (w->whole != NULL)
        return w->whole + at;
    if (at <= w->head_size && size <= w->head_size - at)
        return w->head + at;
    return at >= tail ? w->tail + (at - tail) : NULL;
}

bool
mugai_sniff_wants_whole (const MugaiSniff *w)
{
    MugaiZipEnd end;

    if (w->whole != NULL || w->size <= w->head_size)
        return false;
    if (w->head_size >= 8 && memcmp (w->head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
        return true;
    return w->head_size >= 4 && memcmp (w->head, "PK\3\4", 4) == 0 &&
           mugai_sniff_zip_end (w, &end) && mugai_sniff_at (w, end.directory, 4) == NULL;
}

/* Is more than one thing in a picture, a document, a sound? What it begins as is rebuilt from what
 * it shows, so this is told and changes nothing. Packed documents end in a directory of their own.
 */
static void
look_at_end (const MugaiSniff *w, const char *id, MugaiSniffed *ret)
{
    const MugaiType *type = mugai_type_by_id (id);
    bool packed = w->head_size >= 2 && memcmp (w->head, "PK", 2) == 0;

    if (type != NULL && among ("image document video audio", type->family) && !packed)
        ret->also = mugai_sniff_end (w, id, &ret->trailing);
    if (ret->also != NULL && strcmp (ret->also, id) == 0)
        ret->also = NULL;
}

/* A mail by its label or name that begins as one: parts of it may be binary (RFC 3030). */
static bool
is_mail (const MugaiSniff *w, const MugaiType *label, const MugaiType *named)
{
    size_t at = 0;

    if (!(label != NULL && strcmp (label->id, "eml") == 0) &&
        !(named != NULL && strcmp (named->id, "eml") == 0))
        return false;
    if (w->head_size > 5 && memcmp (w->head, "From ", 5) == 0)
        return true;
    while (at < w->head_size && at < 78 && w->head[at] > ' ' && w->head[at] < 0x7f &&
           w->head[at] != ':')
        at++;
    return at > 0 && at < w->head_size && w->head[at] == ':';
}

/* A page with odd bytes in it is a page to a browser. */
static bool
is_odd_page (const MugaiSniff *w)
{
    MugaiSniff window = *w;

    window.shown = true;
    const char *id = mugai_sniff_is_text (&window) ? mugai_sniff_words (&window) : NULL;
    return id != NULL && strcmp (id, "html") == 0;
}

/* Junk before a PDF: readers open it nevertheless. */
static bool
is_late_pdf (const MugaiSniff *w)
{
    size_t head = w->head_size < PDF_BEGINS ? w->head_size : PDF_BEGINS;
    size_t tail = w->tail_size < PDF_BEGINS ? w->tail_size : PDF_BEGINS;

    return contains (w->head, head, "%PDF-") &&
           contains (w->tail + w->tail_size - tail, tail, "startxref");
}

/* Kinds that are made of what the signature says: a program packed as ZIP, a signature or
 * certificate in CMS. */
static const char *
narrow (const char *id, const MugaiType *claim)
{
    bool of_kind =
        claim != NULL && ((strcmp (id, "zip") == 0 && among ("executable", claim->family)) ||
                          (strcmp (id, "p7m") == 0 && among ("p7s cert", claim->id)));

    return of_kind ? claim->id : id;
}

static const char *
decide (const MugaiSniff *w, const MugaiType *label, const MugaiType *named, const char *extension,
        MugaiSniffed *ret)
{
    MugaiZipEnd end;
    const char *id = by_signature (w, ret->text, extension);

    if (id != NULL && strcmp (id, "unknown") != 0) {
        id = narrow (narrow (id, label), named);
        ret->text = ret->text && among ("text", mugai_type_by_id (id)->family);
        look_at_end (w, id, ret);
        return id;
    }
    if (is_mail (w, label, named))
        return "eml";
    if (is_late_pdf (w)) {
        ret->also = ret->text ? "text" : "unknown";
        return "pdf";
    }
    /* a ZIP may begin with anything: its directory stands at the end */
    if (mugai_sniff_zip_end (w, &end) && end.size > 0 && mugai_sniff_at (w, end.directory, 4)) {
        ret->also = "zip";
        return "polyglot";
    }
    if (!ret->text && is_odd_page (w) && !mugai_sniff_claims (named))
        return "html";
    return ret->text ? decide_text (w, label, named, &ret->weak)
                     : decide_unknown (label, named, &ret->weak);
}

MugaiSniffed
mugai_sniff (const MugaiSniff *window, const char *declared, const char *extension)
{
    MugaiSniffed sniffed = { 0 };
    const char *id = "empty";

    if (window->size > 0) {
        sniffed.text = mugai_sniff_is_text (window);
        id = decide (window, mugai_type_by_media (declared), mugai_type_by_extension (extension),
                     extension, &sniffed);
    }
    sniffed.type = mugai_type_by_id (id);
    if (sniffed.type == NULL)
        sniffed.type = mugai_type_by_id ("unknown");
    return sniffed;
}

MugaiMismatch
mugai_sniff_mismatch (const MugaiType *type, const char *declared, const char *extension)
{
    const MugaiType *label = mugai_type_by_media (declared),
                    *named = mugai_type_by_extension (extension);
    bool plain = strcmp (type->family, "text") == 0 || strcmp (type->family, "script") == 0;

    if (label != NULL && label != type && strcmp (label->id, "unknown") != 0 &&
        !(plain && strcmp (label->id, "text") == 0))
        return MUGAI_MISMATCH_DECLARED;
    return named != NULL && named != type && !(plain && strcmp (named->id, "text") == 0)
               ? MUGAI_MISMATCH_EXTENSION
               : MUGAI_MISMATCH_NONE;
}
