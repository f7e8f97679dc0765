/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the chain of directory sectors is followed through the allocation table, each
 * sector once; entries that the root's tree of names reaches are compared with a table. What stands
 * in deeper storages (a document within the document) is not looked at. When the directory cannot
 * be read, the name decides among kinds of this container, and the filter will find out.
 */
#include "message/sniff-ole.h"

#include <string.h>

enum {
    HEADER = 512,
    ENTRY = 128,
    DIFAT_HEADER = 109, /* places of the allocation table in the header */
    SECTORS_MAX = 4096, /* of the directory: 16384 entries and more */
    STACK = 64,         /* of a balanced tree; a deeper one is not what its writer made */
    STEPS_MAX = 65536,  /* entries visited */
    HOPS_MAX = 1024,    /* sectors with further places of the table */
    SMALL = 4096,       /* streams below it have small sectors */
    SMALL_SECTOR = 64,
};
static const uint32_t no_stream = 0xffffffff, regular_max = 0xfffffffa;

typedef struct Row {
    const char *name; /* "ab*": the first letter is U+aabb */
    const char *id;   /* NULL: tells no kind */
} Row;

/* First match wins. */
static const Row rows[] = {
    { "EncryptedPackage", "office-encrypted" },
    { "WordDocument", "doc" },
    { "Workbook", "xls" },
    { "PowerPoint Document", "ppt" },
    { "__properties_version1.0", "msg" },
    { "DocumentText", "jtd" },
    { "JSRV_SegmentInformation", "jtd" },
    { "VisioDocument", "vsd" },
    { "Quill", "pub" },
    { "\x05HwpSummaryInformation", "hwp" },
    { "FileHeader", "hwp" },
    { "Book", "xls" },
    { "Catalog", "thumbs" },
    { "\x48\x40*", "msi" },   /* U+4840 begins the names of a database's tables */
    { "Current User", NULL }, /* of a presentation: says whether it is encrypted */
};
enum { ROWS = sizeof rows / sizeof rows[0] };

typedef struct Cfb {
    const MugaiSniff *w;
    unsigned shift;                  /* of a sector's size */
    uint32_t directory[SECTORS_MAX]; /* its sectors */
    size_t n_directory;
} Cfb;

static uint16_t
u16 (const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t
u32 (const uint8_t *at)
{
    return (uint32_t)u16 (at) | (uint32_t)u16 (at + 2) << 16;
}

/* @size bytes at @at of a sector. */
static const uint8_t *
in_sector (const Cfb *cfb, uint32_t sector, size_t at, size_t size)
{
    if (sector >= regular_max)
        return NULL;
    return mugai_sniff_at (cfb->w, (((uint64_t)sector + 1) << cfb->shift) + at, size);
}

/* Sector @part of the allocation table: the first are named in the header, the others in a chain of
 * sectors (2.5). */
static uint32_t
table_sector (const Cfb *cfb, uint32_t part)
{
    uint32_t per = (1u << (cfb->shift - 2)) - 1, at = u32 (cfb->w->head + 68);

    if (part < DIFAT_HEADER)
        return u32 (cfb->w->head + 76 + 4 * part);
    part -= DIFAT_HEADER;
    for (uint32_t hop = 0; hop < HOPS_MAX; hop++, part -= per) {
        const uint8_t *place = in_sector (cfb, at, 4 * (size_t)(part < per ? part : per), 4);
        if (place == NULL)
            break;
        if (part < per)
            return u32 (place);
        at = u32 (place);
    }
    return no_stream;
}

/* The sector that follows @sector in its chain (2.3); no_stream when it cannot be told. */
static uint32_t
next_sector (const Cfb *cfb, uint32_t sector)
{
    uint32_t per = 1u << (cfb->shift - 2);

    if (sector >= regular_max)
        return no_stream;
    const uint8_t *at =
        in_sector (cfb, table_sector (cfb, sector / per), (size_t)(sector % per) * 4, 4);
    return at != NULL ? u32 (at) : no_stream;
}

static bool
cfb_open (Cfb *cfb, const MugaiSniff *w)
{
    if (w->head_size < HEADER)
        return false;
    cfb->w = w;
    cfb->shift = u16 (w->head + 30);
    if (cfb->shift != 9 && cfb->shift != 12)
        return false;
    cfb->n_directory = 0;
    for (uint32_t at = u32 (w->head + 48); at < regular_max && cfb->n_directory < SECTORS_MAX;
         at = next_sector (cfb, at)) {
        if (cfb->n_directory > 0 && at == cfb->directory[0])
            break;
        cfb->directory[cfb->n_directory++] = at;
    }
    return cfb->n_directory > 0;
}

static const uint8_t *
entry (const Cfb *cfb, uint32_t index)
{
    uint32_t per = 1u << (cfb->shift - 7);

    if (index / per >= cfb->n_directory)
        return NULL;
    return in_sector (cfb, cfb->directory[index / per], (size_t)(index % per) * ENTRY, ENTRY);
}

/* Is the name of an entry (UTF-16LE, 2.6.1) @pattern? */
static bool
is_named (const uint8_t *e, const char *pattern)
{
    size_t bytes = u16 (e + 64), n = strlen (pattern);
    bool begins = n > 0 && pattern[n - 1] == '*';

    if (bytes > 64 || bytes < 2)
        return false;
    if (begins) /* bytes of the first letter, higher first */
        return bytes >= 4 && e[0] == (uint8_t)pattern[1] && e[1] == (uint8_t)pattern[0];
    if (bytes != 2 * n + 2)
        return false;
    for (size_t i = 0; i < n; i++)
        if (e[2 * i] != (uint8_t)pattern[i] || e[2 * i + 1] != 0)
            return false;
    return true;
}

/* Classes of the root that name what no stream does (2.6.1, field CLSID). */
static const char *
by_class (const uint8_t *root)
{
    static const struct {
        uint8_t clsid[16];
        const char *id;
    } classes[] = {
        { { 0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 }, "msi" },
        { { 0x86, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 }, "msi" },
        { { 0x82, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 }, "msi" },
    };

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (memcmp (root + 80, classes[i].clsid, 16) == 0)
            return classes[i].id;
    return NULL;
}

/* Find the entries of the rows whose name stands at the top. */
static void
see_top (const Cfb *cfb, const uint8_t *root, const uint8_t *seen[ROWS])
{
    uint32_t stack[STACK];
    size_t depth = 0, steps = 0;

    stack[depth++] = u32 (root + 76);
    while (depth > 0 && steps++ < STEPS_MAX) {
        const uint8_t *e = entry (cfb, stack[--depth]);
        if (e == NULL)
            continue;
        for (size_t i = 0; i < ROWS; i++)
            seen[i] = seen[i] == NULL && is_named (e, rows[i].name) ? e : seen[i];
        for (size_t side = 68; side <= 72; side += 4)
            if (u32 (e + side) < regular_max && depth < STACK)
                stack[depth++] = u32 (e + side);
    }
}

/* @size bytes at @at of the stream of entry @e, when they lie in one sector near its beginning. A
 * small stream stands in the sectors of the root's, 64 bytes each (2.4, 2.6.2). */
static const uint8_t *
in_stream (const Cfb *cfb, const uint8_t *root, const uint8_t *e, size_t at, size_t size)
{
    bool small = u32 (e + 120) < SMALL;
    uint64_t place = small ? (uint64_t)u32 (e + 116) * SMALL_SECTOR + at : at;
    uint32_t sector = u32 ((small ? root : e) + 116);

    if (u32 (e + 120) < at + size || place >> cfb->shift > SECTORS_MAX)
        return NULL;
    for (uint64_t hops = place >> cfb->shift; hops > 0 && sector < regular_max; hops--)
        sector = next_sector (cfb, sector);
    place &= ((uint64_t)1 << cfb->shift) - 1;
    return place + size <= (uint64_t)1 << cfb->shift ? in_sector (cfb, sector, (size_t)place, size)
                                                     : NULL;
}

/* MS-DOC 2.5.2: fEncrypted (RC4, CryptoAPI or XOR obfuscation). */
static bool
word_is_locked (const Cfb *cfb, const uint8_t *root, const uint8_t *e)
{
    const uint8_t *fib = in_stream (cfb, root, e, 0, 12);

    return fib != NULL && (fib[11] & 1) != 0;
}

/* MS-XLS 2.4.117: a record FilePass among the first of the workbook. */
static bool
excel_is_locked (const Cfb *cfb, const uint8_t *root, const uint8_t *e)
{
    enum { FILE_PASS = 0x2f, FIRST = 4 };
    const uint8_t *record;
    size_t at = 0;

    for (int i = 0; i < FIRST && (record = in_stream (cfb, root, e, at, 4)) != NULL; i++) {
        if (u16 (record) == FILE_PASS)
            return true;
        at += 4 + (size_t)u16 (record + 2);
    }
    return false;
}

/* MS-PPT 2.3.2: headerToken. */
static bool
slides_are_locked (const Cfb *cfb, const uint8_t *root, const uint8_t *e)
{
    const uint8_t *atom = in_stream (cfb, root, e, 0, 16);

    return atom != NULL && u32 (atom + 12) == 0xf3d1c4df;
}

/* Is what stands at the top a document that its writer encrypted? */
static bool
is_locked (const Cfb *cfb, const uint8_t *root, const uint8_t *const seen[ROWS])
{
    static const struct {
        const char *name;
        bool (*is_locked) (const Cfb *cfb, const uint8_t *root, const uint8_t *e);
    } kinds[] = {
        { "WordDocument", word_is_locked },
        { "Workbook", excel_is_locked },
        { "Book", excel_is_locked },
        { "Current User", slides_are_locked },
    };

    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; seen[i] != NULL && k < sizeof kinds / sizeof kinds[0]; k++)
            if (strcmp (rows[i].name, kinds[k].name) == 0 &&
                kinds[k].is_locked (cfb, root, seen[i]))
                return true;
    return false;
}

/* By name, among the kinds that live in this container. */
static const char *
by_name (const char *extension)
{
    static const char *const kinds =
        " doc dot xls xlt xla ppt msg vsd pub msi mpp wps jtd jtdc jhd jsd hwp ";
    const MugaiType *named = mugai_type_by_extension (extension);
    const char *at = named != NULL ? strstr (kinds, named->id) : NULL;

    return at != NULL && at[-1] == ' ' && at[strlen (named->id)] == ' ' ? named->id : NULL;
}

/* A template or another kind with the same streams. */
static const char *
variant (const char *id, const char *extension)
{
    static const char *const kinds[][2] = { { "doc", "dot" }, { "xls", "xlt" }, { "xls", "xla" } };
    const MugaiType *named = mugai_type_by_extension (extension);

    for (size_t i = 0; named != NULL && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp (id, kinds[i][0]) == 0 && strcmp (named->id, kinds[i][1]) == 0)
            return named->id;
    return id;
}

const char *
mugai_sniff_ole (const MugaiSniff *w, const char *extension)
{
    Cfb cfb;
    const uint8_t *seen[ROWS] = { NULL };
    const uint8_t *root = cfb_open (&cfb, w) ? entry (&cfb, 0) : NULL;
    const char *id = root != NULL ? by_class (root) : NULL;

    if (root != NULL && id == NULL)
        see_top (&cfb, root, seen);
    for (size_t i = 0; id == NULL && i < ROWS; i++)
        if (seen[i] != NULL)
            id = rows[i].id;
    if (id != NULL && root != NULL && is_locked (&cfb, root, seen))
        return "office-encrypted";
    if (id != NULL)
        return variant (id, extension);
    id = by_name (extension);
    return id != NULL ? id : "ole2";
}
