/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the names of the central directory are compared with a table; when there is no
 * directory, those of the local headers are, as far as their sizes lead from one to the next. Names
 * inside of members that are stored (a document in an archive) are never seen. First row of the
 * table wins, so what runs stands before what is read.
 */
#include "message/sniff-zip.h"

#include <string.h>
#include <strings.h>

enum { LOCAL = 30, CENTRAL = 46, END = 22, COMMENT_MAX = 65535 };

typedef struct Row {
    const char *name; /* of a member, case ignored; "word/" a folder, "*vba" a name at any place */
    const char *id;
    bool typed; /* only together with [Content_Types].xml */
} Row;

static const Row rows[] = {
    { "AndroidManifest.xml", "apk", false },
    { "AppxManifest.xml", "msix", false },
    { "AppxMetadata/AppxBundleManifest.xml", "msix", false },
    { "META-INF/AIR/application.xml", "air", false },
    { "META-INF/mozilla.rsa", "xpi", false },
    { "extension.vsixmanifest", "xpi", false },
    { "*.app/Info.plist", "ipa", false },
    { "META-INF/MANIFEST.MF", "jar", false },
    { "xl/workbook.bin", "xlsb", true },
    { "word/", "docx", true },
    { "xl/", "xlsx", true },
    { "ppt/", "pptx", true },
    { "visio/", "vsd", true },
    { "FixedDocSeq.fdseq", "xps", true },
    { "*.fdseq", "xps", true },
    { "META-INF/container.xml", "epub", false },
    { "Index/Document.iwa", "pages", false },
    { "Index.zip", "pages", false },
    { "Contents/content.hpf", "hwp", false },
    { "doc.kml", "kml", false },
    { "META-INF/manifest.xml", "odf", false },
    { "[Content_Types].xml", "ooxml", false },
};
enum { ROWS = sizeof rows / sizeof rows[0] };

typedef struct Seen {
    bool row[ROWS];
    bool macros;
} Seen;

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

static bool
ends_with (const char *name, size_t size, const char *end)
{
    size_t n = strlen (end);
    return size >= n && strncasecmp (name + size - n, end, n) == 0;
}

static bool
fits (const char *name, size_t size, const char *pattern)
{
    size_t n = strlen (pattern);

    if (pattern[0] == '*')
        return ends_with (name, size, pattern + 1);
    if (pattern[n - 1] == '/')
        return size > n && strncasecmp (name, pattern, n) == 0;
    return size == n && strncasecmp (name, pattern, n) == 0;
}

static void
see (Seen *seen, const uint8_t *bytes, size_t size)
{
    const char *name = (const char *)bytes;

    while (size > 0 && (*name == '/' || *name == '\\'))
        name++, size--;
    for (size_t i = 0; i < ROWS; i++)
        seen->row[i] = seen->row[i] || fits (name, size, rows[i].name);
    seen->macros = seen->macros || ends_with (name, size, "vbaProject.bin") ||
                   fits (name, size, "xl/macrosheets/");
}

bool
mugai_sniff_zip_end (const MugaiSniff *w, MugaiZipEnd *ret)
{
    size_t span = w->tail_size < END + COMMENT_MAX ? w->tail_size : END + COMMENT_MAX;

    for (size_t back = END; back <= span; back++) {
        const uint8_t *at = memrchr (w->tail + (w->tail_size - span), 'P', span - back + 1);
        if (at == NULL)
            break;
        back = w->tail_size - (size_t)(at - w->tail);
        uint64_t from = w->size - back, size;

        if (memcmp (at, "PK\5\6", 4) != 0)
            continue;
        size = u32 (at + 12);
        *ret = (MugaiZipEnd){ .size = size, .end = from + END + u16 (at + 20) };
        if (size > from || ret->end > w->size)
            continue;
        ret->directory = from - size; /* not what the record says: bytes may stand before it all */
        const uint8_t *first = mugai_sniff_at (w, ret->directory, 4);
        if (size == 0 || first == NULL || memcmp (first, "PK\1\2", 4) == 0)
            return true;
    }
    return false;
}

/* Returns: could the directory be read to its end? */
static bool
see_directory (const MugaiSniff *w, Seen *seen)
{
    MugaiZipEnd end;

    if (!mugai_sniff_zip_end (w, &end))
        return false;
    for (uint64_t at = end.directory, stop = end.directory + end.size; at < stop;) {
        const uint8_t *head = mugai_sniff_at (w, at, CENTRAL);
        if (head == NULL || memcmp (head, "PK\1\2", 4) != 0)
            return false;
        size_t name = u16 (head + 28);
        const uint8_t *bytes = mugai_sniff_at (w, at + CENTRAL, name);
        if (bytes == NULL)
            return false;
        see (seen, bytes, name);
        at += CENTRAL + name + u16 (head + 30) + u16 (head + 32);
    }
    return true;
}

/* Local headers, as long as each says where the next one is. */
static void
see_locals (const MugaiSniff *w, Seen *seen)
{
    for (uint64_t at = 0;;) {
        const uint8_t *head = mugai_sniff_at (w, at, LOCAL);
        if (head == NULL || memcmp (head, "PK\3\4", 4) != 0)
            return;
        size_t name = u16 (head + 26);
        const uint8_t *bytes = mugai_sniff_at (w, at + LOCAL, name);
        if (bytes == NULL)
            return;
        see (seen, bytes, name);
        if ((u16 (head + 6) & 8) != 0) /* sizes follow the data: 4.4.4 */
            return;
        at += LOCAL + name + u16 (head + 28) + (uint64_t)u32 (head + 18);
    }
}

/* ODF and EPUB: the first member is called mimetype and is stored. */
static const char *
by_mimetype (const MugaiSniff *w)
{
    size_t count;
    const MugaiType *table = mugai_type_table (&count);

    if (w->head_size < LOCAL + 8 || memcmp (w->head + LOCAL, "mimetype", 8) != 0 ||
        u16 (w->head + 26) != 8 || u16 (w->head + 8) != 0)
        return NULL;
    size_t from = LOCAL + 8 + u16 (w->head + 28), size = u32 (w->head + 18);
    if ((u16 (w->head + 6) & 8) != 0 || from > w->head_size || size > w->head_size - from)
        size = 0; /* the size stands behind: the name of the type ends where the next header is */
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen (table[i].media);
        const uint8_t *at = mugai_sniff_at (w, from, n + 1);
        if (at != NULL && memcmp (at, table[i].media, n) == 0 &&
            (size > 0 ? size == n || at[n] < 0x20 : at[n] == 'P'))
            return table[i].id;
    }
    return NULL;
}

/* The same kind with macros; a template or a show differs from its document in one content type
 * only, and then the name may say it. */
static const char *
variant (const char *id, bool macros, const char *extension)
{
    static const char *const kinds[][3] = {
        { "docx", "docm", " docx docm dotx dotm " },
        { "xlsx", "xlsm", " xlsx xlsm xltx xltm xlam " },
        { "pptx", "pptm", " pptx pptm potx potm ppsx ppsm ppam " },
        { "vsd", "vsdm", " vsd vsdm " },
        { "pages", "pages", " pages numbers keynote " },
        /* its main part at an unusual place; its name of the type where it should not be */
        { "ooxml", "ooxml", " docx docm xlsx xlsm pptx pptm thmx " },
        { "odf", "odf", " odt ott ods ots odp otp odg odb odf odc " },
    };
    static const char *const bare =
        " docx dotx xlsx xltx pptx potx ppsx vsd pages numbers keynote thmx ";
    const MugaiType *named = mugai_type_by_extension (extension);

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp (id, kinds[i][0]) != 0)
            continue;
        const char *same = named != NULL ? strstr (kinds[i][2], named->id) : NULL;
        const char *clean = named != NULL ? strstr (bare, named->id) : NULL;
        bool fits = same != NULL && same[-1] == ' ' && same[strlen (named->id)] == ' ';
        bool plain = clean != NULL && clean[-1] == ' ' && clean[strlen (named->id)] == ' ';
        if (fits && (!macros || !plain))
            return named->id;
        return macros ? kinds[i][1] : id;
    }
    return id;
}

const char *
mugai_sniff_zip (const MugaiSniff *w, const char *extension)
{
    Seen seen = { 0 };
    const char *id = by_mimetype (w);

    if (!see_directory (w, &seen))
        see_locals (w, &seen);
    for (size_t i = 0; i < ROWS; i++) /* a document that is a program as well is a program */
        if (seen.row[i] && (!rows[i].typed || seen.row[ROWS - 1])) {
            const MugaiType *type = mugai_type_by_id (rows[i].id);
            if (id == NULL || (type != NULL && strcmp (type->family, "executable") == 0))
                id = rows[i].id;
            break;
        }
    return id != NULL ? variant (id, seen.macros, extension) : "zip";
}
