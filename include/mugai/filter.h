/* SPDX-License-Identifier: Apache-2.0
 *
 * filter: the plug-in interface of Mugai, version 1. C99, no other header of Mugai, no GLib.
 *
 * A filter is a shared object that exports one function, mugai_filter(), which returns a
 * description: what the filter is called, what it takes and gives, its parameters, where it runs,
 * and its functions. The host loads it in the process that the description asks for, calls setup()
 * once before that process gives up its powers, and then run() (or inspect()) in a fork of it that
 * handles one item and exits: nothing survives a call but its answer.
 *
 * Trust: the part's bytes are hostile. A filter must bound its work by the limits it is given and
 * must not keep pointers into the input after it returns. What it puts out is checked again:
 * sniffed, and verified by a program that shares no code with it. Every failure that a filter does
 * not handle (a crash, a passed deadline, an unknown return value) is MUGAI_REFUSE for that part,
 * never the delivery of the original.
 *
 * Growth: every struct that crosses the border begins with its size. A host reads only as many
 * bytes as both sides know; members are only ever added at the end. MUGAI_FILTER_ABI changes when
 * that is not enough.
 *
 * filters/README.md shows how to write, test and install one in ten minutes; samples/filter/ is a
 * whole example.
 */
#ifndef MUGAI_FILTER_H
#define MUGAI_FILTER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MUGAI_FILTER_ABI 1

/* Where a filter runs decides what it may put out. */
typedef enum mugai_runs {
    /* In the process that walks the item: bytes of the output profile; containers: children. */
    MUGAI_RUNS_WALK = 1,
    /* Alone with one document: typed frames (pixels, text runs) that are encoded elsewhere. */
    MUGAI_RUNS_ISOLATED = 2,
    /* Alone with one document: bytes that are hostile again and re-enter the walk. */
    MUGAI_RUNS_CONVERTER = 3,
    /* Alone with one document and one connected socket: a verdict, or converter's bytes. */
    MUGAI_RUNS_SUPERVISED = 4
} mugai_runs;

/* What a filter that hands in children says about the part itself. */
typedef enum mugai_container {
    /* Nothing but its members: they count in reports, it does not (archives). */
    MUGAI_CONTAINER_ARCHIVE = 1,
    /* Content of its own besides: it counts, and so do its children (a document with pictures). */
    MUGAI_CONTAINER_DOCUMENT = 2
} mugai_container;

/* Where the text of a mail within the item goes. */
typedef enum mugai_mail_place {
    MUGAI_MAIL_ATTACHMENT = 0, /* a file of its own */
    MUGAI_MAIL_BODY = 1,       /* the body of the mail around it */
    /* The part stands for that body, as winmail.dat does: there when the mail has no other text
     * (without a header that would merely repeat the mail's own), else a file. */
    MUGAI_MAIL_STEAD = 2
} mugai_mail_place;

typedef enum mugai_verdict_t {
    /* WALK: the part is already as the filter would make it. Elsewhere: nothing against it, which
     * makes nothing safe: a decoder's word alone never lets an original pass. */
    MUGAI_KEEP = 1,
    /* What was put out stands for the part; put() or page() was called, be it with no bytes. */
    MUGAI_REPLACE = 2,
    /* The part must not go on in any form: no other chain is tried (nothing a reader would miss, or
     * something nobody should get). reason() was called and says why. */
    MUGAI_DROP = 3,
    /* No safe form: the rule's next chain is tried, else the part is withheld. */
    MUGAI_REFUSE = 4,
    /* SUPERVISED only: what the filter needs is not there now. The whole item is tried again later
     * (the sender's mail system keeps it). From any other filter this is REFUSE. */
    MUGAI_LATER = 5
} mugai_verdict_t;

typedef enum mugai_param_kind {
    MUGAI_PARAM_INTEGER = 1, /* optional min, max */
    MUGAI_PARAM_BOOLEAN = 2, /* yes, no */
    MUGAI_PARAM_WORD = 3,    /* one of @words */
    MUGAI_PARAM_TEXT = 4,
    MUGAI_PARAM_BYTES = 5, /* 20MiB */
    MUGAI_PARAM_TIME = 6   /* 30s; microseconds to the filter */
} mugai_param_kind;

typedef struct mugai_param {
    const char *name; /* key below the filter's name in a rule: lower-case-with-dashes */
    mugai_param_kind kind;
    const char *unit;  /* for people: "dpi"; NULL when none */
    const char *value; /* default, as it would be written in a rule; NULL: a rule must give one */
    int64_t min, max;  /* for INTEGER, BYTES, TIME; both 0: no range */
    const char *words; /* for WORD: "show defang drop" */
    const char *help;
    const char *help_ja;
} mugai_param;

/* A parameter's value as given or by default; index as in the description's table. The one struct
 * that does not grow within an ABI. */
typedef struct mugai_value {
    int64_t number;   /* INTEGER, BYTES, TIME, BOOLEAN (0, 1), WORD (index in @words) */
    const char *text; /* TEXT, WORD; NUL-terminated UTF-8 */
} mugai_value;

/* A finding of the filter's own, for what no code of Mugai's catalogue says. */
typedef struct mugai_code {
    const char *code; /* "NAME.what-was-done", NAME being the filter's; at most 47 bytes */
    const char *en;   /* for the reader of the notice: one short sentence */
    const char *ja;
} mugai_code;

/* The part a filter works on. Borrowed for the call. */
typedef struct mugai_part {
    size_t size_of;      /* sizeof (mugai_part) as the host knows it */
    const uint8_t *data; /* hostile; @size bytes; NULL when size is 0 */
    size_t size;
    const char *type;          /* content type id as sniffed: "html"; `mugai types` lists them */
    const char *name;          /* UTF-8 file name without directories, "" when none; hostile */
    const char *path;          /* where it sits, escaped, for findings */
    const char *language;      /* of texts for the reader: "ja" or "en" */
    const mugai_value *values; /* parameters, n_values of them */
    size_t n_values;
    uint64_t output_max;    /* bytes the filter may put out */
    uint64_t expanded_left; /* bytes of children the item may still unpack to; ISOLATED: of pages */
    uint32_t depth;         /* of this part */
    uint32_t depth_max;
    uint64_t pixels_max; /* of one page */
    uint32_t pages_max;
} mugai_part;

/* One page of pixels (ISOLATED filters). */
typedef enum mugai_pixels {
    MUGAI_PIXELS_GREY8 = 1, /* 1 byte a pixel, 0 black */
    MUGAI_PIXELS_RGB8 = 2,  /* 3 bytes, sRGB */
    MUGAI_PIXELS_RGBA8 = 3, /* 4 bytes, sRGB, alpha not premultiplied */
    /* 1, 2, 4 bits, the first pixel highest, rows padded to whole bytes; with a palette. For pdf.
     */
    MUGAI_PIXELS_INDEX1 = 4,
    MUGAI_PIXELS_INDEX2 = 5,
    MUGAI_PIXELS_INDEX4 = 6
} mugai_pixels;

typedef struct mugai_page {
    size_t size_of;
    mugai_pixels format;
    uint32_t width, height; /* pixels */
    uint32_t dpi_x, dpi_y;  /* 0: not known */
    const uint8_t *pixels;  /* height rows of width pixels, no padding; borrowed */
    uint32_t quality;       /* for forms that lose (JPEG): 1 to 100; 0: as the writer likes */
    const uint8_t *palette; /* INDEX: 2, 4, 16 times red, green, blue; borrowed */
    uint32_t width_mpt, height_mpt; /* on paper, 1/1000 point; 0: by dpi */
} mugai_page;

/* One run of text on the page begun last (ISOLATED filters), for an invisible text layer. */
typedef struct mugai_text_run {
    size_t size_of;
    const char *utf8; /* borrowed, NUL-terminated */
    float x, y, size; /* of its baseline start, and font size, in pixels of the page */
    float width;
    int vertical; /* 1: written top to bottom; x, y: above the middle of the first character */
    int turn;     /* quarter turns clockwise that the line makes, 0 to 3; not with vertical */
} mugai_text_run;

/* What became of a child (containers). Borrowed until the container returns. */
typedef struct mugai_child {
    size_t size_of;
    int delivered;       /* 1: data is what goes on in its place; 0: it was withheld or dropped */
    const uint8_t *data; /* in the output profile */
    size_t size;
    const char *name;   /* safe name with the extension of its new type */
    const char *type;   /* content type id of the result */
    const char *reason; /* finding code when withheld, else "" */
} mugai_child;

typedef struct mugai_call mugai_call; /* one run() or inspect(); opaque */

/* Calls a filter may make. @size_of tells how many the host has; a filter built against a newer
 * header must check it. Calls that return int give 0, or -1 when the host refuses (a limit, or not
 * allowed where the filter runs); after -1 the filter should return MUGAI_REFUSE. */
typedef struct mugai_host {
    size_t size_of;
    uint32_t abi;

    /* Something the auditor or the reader should know. @code: of Mugai's catalogue or of the
     * description's codes, any other makes the call a REFUSE; @evidence: hostile text, may be NULL.
     */
    void (*finding) (mugai_call *call, const char *code, uint64_t count, const char *evidence);
    /* Why MUGAI_REFUSE, MUGAI_DROP or MUGAI_LATER follows; the last call counts. @code: as above.
     */
    void (*reason) (mugai_call *call, const char *code, const char *evidence);

    /* WALK, CONVERTER, SUPERVISED: append to the output. */
    int (*put) (mugai_call *call, const void *data, size_t size);
    /* What was put out is of this type (id), by default the first that the description gives.
     * ISOLATED: the form in which the pages are encoded. */
    int (*put_type) (mugai_call *call, const char *type);

    /* Containers: hand in a child; its bytes are copied. In the WALK its chain starts at once;
     * children run side by side.
     * @name: hostile, may be in any charset. @declared: media type or NULL. Returns a handle >= 0,
     * or -1. */
    int (*child_add) (mugai_call *call, const char *name, const char *declared, const void *data,
                      size_t size);
    /* WALK, containers: wait for a child. Each handle is asked for here or given to
     * child_deliver(), or both in this order, once each; a child that a container forgets makes the
     * call a REFUSE. */
    int (*child_result) (mugai_call *call, int handle, mugai_child *child);
    /* WALK, containers: the child goes into the item's flat list of attachments instead of into
     * this filter's output. */
    int (*child_deliver) (mugai_call *call, int handle);

    /* ISOLATED: typed frames. A page, then the runs of text on it. */
    int (*page) (mugai_call *call, const mugai_page *page);
    int (*text_run) (mugai_call *call, const mugai_text_run *run);

    /* inspect: a fact: "encrypted" "signed" (0, 1), "pages", "pixels", or "active:macro" and so on
     * (1). */
    int (*fact) (mugai_call *call, const char *key, uint64_t value);

    /* SUPERVISED: the connected socket that the description asked for, or -1. The host closes it.
     */
    int (*socket) (mugai_call *call);

    /* WALK, containers: the part is a mail; the host reads it as it reads the item itself. Its
     * parts become children: a header and the texts are put out as one text, the others go into the
     * flat list of attachments. @place: a mugai_mail_place. */
    int (*mail) (mugai_call *call, int place);

    /* WALK: UTF-8 text about the part for the body of the mail, once; it goes through the rules for
     * texts of bodies. When put() makes no bytes of type "text", the part is its text. */
    int (*say) (mugai_call *call, const char *text, size_t size);

    /* WALK, containers: as mail(), for a mail that the filter made of the part: @size bytes,
     * copied, counted as unpacked. mail() or this, once a call. */
    int (*mail_made) (mugai_call *call, const void *data, size_t size, int place);
} mugai_host;

/* A small file that a filter's process shall see although the host lacks it. */
typedef struct mugai_room_file {
    const char *folder; /* of the host: absolute; it exists and stands within one of the room's */
    const char *name;   /* below it: "scalc/ui/inputbar.ui" */
    const char *text;
} mugai_room_file;

/* What a filter needs that lives on files and threads (a whole office program): its process is
 * another kind, mugai-office, and sees these folders of the host, read-only, and one empty folder of
 * its own, /tmp, which is gone with the process. No network and no other program there either. */
typedef struct mugai_room {
    size_t size_of;
    const char *const *read; /* NULL-terminated absolute paths; what the host lacks is left out */
    const mugai_room_file *files;
    size_t n_files, file_size; /* MUGAI_TABLE (file, files) */
    uint64_t work_size;        /* bytes that /tmp may hold */
    /* Once in the zygote, locked down; threads may be started, no content is ever seen. May be
     * NULL. 0 or -1. */
    int (*warm) (void);
    /* In each process that will get one document, ahead of it, locked down. May be NULL. 0 or -1. */
    int (*begin) (void);
} mugai_room;

/* What a filter is. All strings are static. */
typedef struct mugai_filter_info {
    size_t size_of;      /* sizeof (mugai_filter_info) */
    uint32_t abi;        /* MUGAI_FILTER_ABI */
    const char *name;    /* lower-case-with-dashes, as in rules */
    const char *summary; /* one line */
    const char *summary_ja;
    const char *takes; /* content type ids, space-separated; "*" any; "family:text" a family */
    /* Content type ids; the first is what put() makes by default. NULL: it only judges, and then
     * KEEP means "nothing against it", not "safe". "*": any (CONVERTER, SUPERVISED). */
    const char *gives;
    mugai_runs runs;
    /* A mugai_container: uses child_add; 0: does not. A CONVERTER that is an
     * ARCHIVE gives "zip", and the host packs what becomes of the children: no put(), no
     * child_result(). One that is a DOCUMENT gives types of packages: put() takes the plan of the
     * package (src/wire/package.h), which the host makes of it and of the children. */
    int container;
    int deterministic; /* 1: same bytes and parameters, same output */
    /* SUPERVISED: name of the parameter that holds the path of its Unix socket, or NULL. */
    const char *socket_param;
    const mugai_param *params; /* at most 16; see MUGAI_TABLE */
    size_t n_params, param_size;
    const mugai_code *codes; /* at most 64 */
    size_t n_codes, code_size;

    /* Once in each process that will run it, before lock-down: open tables, warm caches. May be
     * NULL. 0 or -1. No call of @host may be made yet; only its size_of and abi are for reading. */
    int (*setup) (const mugai_host *host);
    /* Typed facts of a part, only when a rule asks. May be NULL. 0 or -1. */
    int (*inspect) (const mugai_host *host, mugai_call *call, const mugai_part *part);
    mugai_verdict_t (*run) (const mugai_host *host, mugai_call *call, const mugai_part *part);

    /* SUPERVISED, instead of socket_param: name of the parameter that holds a command line; the
     * host runs it confined on the part, and the socket leads to what it says (COMMAND.md). */
    const char *command_param;

    /* ISOLATED, CONVERTER: needs files of the host; NULL: none, as nearly all. Read after setup(). */
    const mugai_room *room;
    /* What the host lacks for this filter to run at all, and what to install: "LibreOffice is not
     * installed: ..." in that language (1: Japanese); NULL: nothing. A chain with a filter that
     * lacks something is passed over, as if the filter were not installed. Called where the filter
     * is described, before any lock-down. May be NULL. */
    const char *(*lacks) (int japanese);
} mugai_filter_info;

/* Count and entry size of a table, for n_params and param_size in one go:
 *     .params = params, MUGAI_TABLE (param, params), */
#define MUGAI_TABLE(what, table)                                                                   \
    .n_##what##s = sizeof (table) / sizeof (table)[0], .what##_size = sizeof (table)[0]

#if defined(__GNUC__)
#define MUGAI_EXPORT __attribute__ ((visibility ("default")))
#else
#define MUGAI_EXPORT
#endif

/* The one exported symbol of a filter. */
MUGAI_EXPORT const mugai_filter_info *mugai_filter (void);

#ifdef __cplusplus
}
#endif

#endif
