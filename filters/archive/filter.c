/* SPDX-License-Identifier: Apache-2.0
 *
 * archive: unpack ZIP, 7z, tar, CAB, LZH and files packed with gzip, bzip2 and xz, and hand each
 * member in as a part of its own. The host packs what comes of them into a new ZIP; nothing of the
 * archive itself goes on.
 *
 * How it works: libarchive reads, with the one format that the type says (never "all"); ZIP has
 * been listed by listing.c before, and must be read as listed. Links and devices have no content:
 * they are counted and left out. Names go to the host as they are; it reads their charset.
 *
 * Process: render. Trust: the archive is hostile.
 */
#include "common/listing.h"

#include <archive.h>
#include <archive_entry.h>
#include <iconv.h>
#include <locale.h>
#include <mugai/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const mugai_param params[] = {
    { .name = "tombstones",
      .kind = MUGAI_PARAM_BOOLEAN,
      .value = "yes",
      .help = "a text in the archive for each member that is not delivered",
      .help_ja = "渡せないファイルの代わりに、説明のテキストを入れる" },
};

enum { NAME = 4096 /* bytes of a member's name */, MEMBERS = 100000 };

/* The readers of libarchive that a type needs. */
typedef struct Kind {
    const char *type; /* content type id */
    int (*format) (struct archive *);
    int filter; /* outer compression, once: what is packed twice is an archive in an archive */
} Kind;

static int
tar_or_raw (struct archive *a)
{
    int r = archive_read_support_format_tar (a);

    return r == ARCHIVE_OK ? archive_read_support_format_raw (a) : r;
}

/* Names of LZH are CP932 unless a header says otherwise; libarchive reads no member whose name it
 * cannot convert. */
static int
lzh (struct archive *a)
{
    int r = archive_read_support_format_lha (a);

    return r == ARCHIVE_OK ? archive_read_set_format_option (a, "lha", "hdrcharset", "CP932") : r;
}

static const Kind kinds[] = {
    { "zip", archive_read_support_format_zip_seekable, ARCHIVE_FILTER_NONE },
    { "7z", archive_read_support_format_7zip, ARCHIVE_FILTER_NONE },
    { "tar", archive_read_support_format_tar, ARCHIVE_FILTER_NONE },
    { "cab", archive_read_support_format_cab, ARCHIVE_FILTER_NONE },
    { "lzh", lzh, ARCHIVE_FILTER_NONE },
    { "gz", tar_or_raw, ARCHIVE_FILTER_GZIP },
    { "bz2", tar_or_raw, ARCHIVE_FILTER_BZIP2 },
    { "xz", tar_or_raw, ARCHIVE_FILTER_XZ },
};

typedef struct Job {
    const mugai_host *host;
    mugai_call *call;
    const mugai_part *part;
    struct archive *archive;
    MugaiListing listing; /* of a ZIP */
    size_t members;       /* entries seen, folders too */
    size_t added;
    uint8_t *content;
    size_t size, room;
} Job;

static mugai_verdict_t
refuse (Job *job, const char *code, const char *evidence)
{
    job->host->reason (job->call, code, evidence);
    return MUGAI_REFUSE;
}

static bool
open_archive (Job *job, const Kind *kind)
{
    job->archive = archive_read_new();
    return job->archive != NULL && kind->format (job->archive) == ARCHIVE_OK &&
           (kind->filter == ARCHIVE_FILTER_NONE ||
            archive_read_append_filter (job->archive, kind->filter) == ARCHIVE_OK) &&
           archive_read_open_memory (job->archive, job->part->data, job->part->size) == ARCHIVE_OK;
}

/* Append to the content in hand. Returns: false past what the item may still unpack to, or without
 * memory. */
static bool
append (Job *job, const void *data, size_t size)
{
    if (size > job->part->expanded_left || job->size > job->part->expanded_left - size)
        return false;
    if (size > job->room - job->size) {
        size_t room = job->room < 65536 ? 65536 : job->room;
        while (room - job->size < size)
            room *= 2;
        uint8_t *more = realloc (job->content, room);
        if (more == NULL)
            return false;
        job->content = more;
        job->room = room;
    }
    if (size > 0)
        memcpy (job->content + job->size, data, size);
    job->size += size;
    return true;
}

/* The whole content of the entry in hand, gaps of sparse files filled with zeros. Returns: NULL, or
 * the code of what went wrong. */
static const char *
read_content (Job *job)
{
    static const uint8_t zeros[65536];
    const void *data;
    size_t size;
    la_int64_t offset;
    int r;

    job->size = 0;
    while ((r = archive_read_data_block (job->archive, &data, &size, &offset)) == ARCHIVE_OK ||
           r == ARCHIVE_WARN) {
        if (offset < 0 || (uint64_t)offset < job->size ||
            (uint64_t)offset > job->part->expanded_left)
            return "limit.expanded";
        while (job->size < (uint64_t)offset) {
            size_t gap = (size_t)offset - job->size;
            if (!append (job, zeros, gap < sizeof zeros ? gap : sizeof zeros))
                return "limit.expanded";
        }
        if (!append (job, data, size))
            return "limit.expanded";
    }
    return r == ARCHIVE_EOF ? NULL : "archive.damaged";
}

/* What a packed single file is called: the archive's name without its last extension. */
static void
single_name (const char *name, char out[NAME])
{
    const char *dot = strrchr (name, '.');
    size_t size = dot != NULL && dot > name ? (size_t)(dot - name) : strlen (name);

    snprintf (out, NAME, "%.*s", (int)(size < NAME ? size : NAME - 1), size > 0 ? name : "data");
}

/* Does the path lead out of its folder, or begin at a root? Paths of LZH often begin at one: there
 * it only is left out, by the host. */
static bool
escapes (const Job *job, const char *name)
{
    size_t size = strlen (name);

    if ((name[0] == '/' || name[0] == '\\') && strcmp (job->part->type, "lzh") != 0)
        return true;
    if (size > 1 && name[1] == ':')
        return true;
    for (const char *at = name; *at != '\0'; at += strspn (at, "/\\")) {
        size_t length = strcspn (at, "/\\");
        if (length == 2 && at[0] == '.' && at[1] == '.')
            return true;
        at += length;
    }
    return false;
}

/* Raw name of the entry in hand. Returns: false when it has none that can be taken. */
static bool
read_name (Job *job, struct archive_entry *entry, char out[NAME])
{
    const char *name = archive_entry_pathname (entry);

    if (archive_format (job->archive) == ARCHIVE_FORMAT_RAW) {
        single_name (job->part->name, out);
        return true;
    }
    if (job->listing.count > 0) {
        const MugaiMember *m = &job->listing.member[job->members];
        if (m->name_size >= NAME || memchr (m->name, '\0', m->name_size) != NULL)
            return false;
        memcpy (out, m->name, m->name_size);
        out[m->name_size] = '\0';
        return true;
    }
    if (name == NULL)
        name = archive_entry_pathname_utf8 (entry);
    if (name == NULL || strlen (name) >= NAME)
        return false;
    strcpy (out, name);
    return true;
}

/* Is the entry the one that the listing has in this place? */
static bool
as_listed (const Job *job, struct archive_entry *entry)
{
    if (strcmp (job->part->type, "zip") != 0)
        return true;
    if (job->members >= job->listing.count)
        return false;
    const MugaiMember *m = &job->listing.member[job->members];
    return m->folder || archive_entry_filetype (entry) != AE_IFREG ||
           !archive_entry_size_is_set (entry) || (uint64_t)archive_entry_size (entry) == m->size;
}

static bool
ends_in_slash (const char *name)
{
    size_t size = strlen (name);

    return size > 0 && name[size - 1] == '/';
}

/* One entry. Returns: 0 to go on, else the verdict. */
static mugai_verdict_t
take_entry (Job *job, struct archive_entry *entry)
{
    char name[NAME];
    const char *wrong;

    if (job->members == MEMBERS)
        return refuse (job, "limit.parts", "members");
    if (!as_listed (job, entry))
        return refuse (job, "archive.ambiguous", "members are not as listed");
    if (archive_entry_is_encrypted (entry))
        return refuse (job, "withheld.encrypted", job->part->type);
    if (!read_name (job, entry, name))
        return refuse (job, "archive.name", "a member without a usable name");
    if (escapes (job, name))
        return refuse (job, "archive.name", name);
    if (job->listing.count > 0 && ends_in_slash (name) && !job->listing.member[job->members].folder)
        return refuse (job, "archive.name", name);
    job->members++;
    if (archive_entry_filetype (entry) == AE_IFDIR || ends_in_slash (name))
        return 0;
    if ((archive_entry_filetype (entry) != AE_IFREG && archive_entry_filetype (entry) != 0) ||
        archive_entry_hardlink (entry) != NULL || archive_entry_symlink (entry) != NULL) {
        job->host->finding (job->call, "archive.link-dropped", 1, name);
        return 0;
    }
    if ((wrong = read_content (job)) != NULL)
        return refuse (job, wrong, name);
    job->added++;
    return job->host->child_add (job->call, name, NULL, job->content, job->size) >= 0
               ? 0
               : MUGAI_REFUSE;
}

static mugai_verdict_t
take_all (Job *job)
{
    struct archive_entry *entry;
    mugai_verdict_t verdict = 0;
    int r = ARCHIVE_OK;

    while (verdict == 0 && ((r = archive_read_next_header (job->archive, &entry)) == ARCHIVE_OK ||
                            r == ARCHIVE_WARN))
        verdict = take_entry (job, entry);
    if (verdict != 0)
        return verdict;
    if (archive_read_has_encrypted_entries (job->archive) == 1)
        return refuse (job, "withheld.encrypted", job->part->type);
    if (r != ARCHIVE_EOF)
        return refuse (job, "archive.damaged", job->part->type);
    if (job->listing.count != (strcmp (job->part->type, "zip") == 0 ? job->members : 0))
        return refuse (job, "archive.ambiguous", "members are not as listed");
    return job->added > 0 ? MUGAI_REPLACE : refuse (job, "archive.empty", job->part->type);
}

static mugai_verdict_t
unpack (Job *job)
{
    const Kind *kind = kinds, *end = kinds + sizeof kinds / sizeof kinds[0];

    while (kind < end && strcmp (kind->type, job->part->type) != 0)
        kind++;
    if (kind == end)
        return refuse (job, "archive.unsupported", job->part->type);
    if (strcmp (kind->type, "zip") == 0 &&
        !mugai_listing_read (job->part->data, job->part->size, MEMBERS, &job->listing))
        return refuse (job, job->listing.fault, job->listing.what);
    if (!open_archive (job, kind))
        return refuse (job, "archive.damaged", kind->type);
    return take_all (job);
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    Job job = { .host = host, .call = call, .part = part };
    mugai_verdict_t verdict = unpack (&job);

    archive_read_free (job.archive);
    mugai_listing_clear (&job.listing);
    free (job.content);
    return verdict;
}

/* Names in UTF-16 (7z) come out as UTF-8; what is no Unicode comes out as it is. LZH may name a
 * code page in a header: its converter is loaded now, there are no files later. */
static int
setup (const mugai_host *host)
{
    static const char *const charsets[] = { "CP932", "UTF-16LE", "UTF-16BE", "EUC-JP" };

    (void)host;
    for (size_t i = 0; i < sizeof charsets / sizeof charsets[0]; i++)
        iconv_open ("UTF-8", charsets[i]); /* kept open: the C library then keeps the converter */
    return setlocale (LC_CTYPE, "C.UTF-8") != NULL ? 0 : -1;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "archive",
    .summary = "archives: each member by the rules, packed again as ZIP",
    .summary_ja = "圧縮ファイル：中のファイルを規則に従って処理し、ZIPに作り直す",
    .takes = "zip 7z tar cab lzh gz bz2 xz",
    .gives = "zip",
    .runs = MUGAI_RUNS_CONVERTER,
    .container = MUGAI_CONTAINER_ARCHIVE,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .setup = setup,
    .run = run,
};

MUGAI_EXPORT const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
