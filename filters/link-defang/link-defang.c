/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: every colon, at sign, pair of backslashes and "www." is looked at once, with the
 * word before it and a bounded look at what follows. The remark of a web address waits until its
 * end is reached: what stands within it is looked at like all else.
 */
#include "link-defang/link-defang.h"

#include "common/utf8.h"
#include "link-defang/host.h"
#include "link-defang/mark.h"
#include "link-defang/scheme.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
    AHEAD_MAX = 300, /* bytes looked at after backslashes */
    LOCAL_MAX = 64,  /* bytes before an at sign */
};

typedef struct Text {
    const char *data;
    size_t size;
    size_t done; /* bytes written or left out */
    const MugaiLinkOptions *options;
    MugaiLinkStats *stats;
    MugaiBuffer *out;
    size_t link_end;  /* of the web address begun last */
    bool link_stays;  /* it is written as it is */
    size_t dots_end;  /* dots before it are written "[.]" */
    MugaiBuffer mark; /* to be written at link_end */
} Text;

static bool
is_word (int c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static void
flush (Text *t, size_t to)
{
    if (to <= t->done)
        return;
    mugai_buffer_add (t->out, t->data + t->done, to - t->done);
    t->done = to;
}

/* The remark that waits, unless it stands there already. Returns: where to go on. */
static size_t
put_mark (Text *t, size_t at)
{
    size_t end = t->link_end > t->done ? t->link_end : t->done;
    size_t size = t->mark.size;
    bool there = size <= t->size - end && memcmp (t->data + end, t->mark.data, size) == 0;

    flush (t, there ? end + size : end);
    if (!there)
        mugai_buffer_add (t->out, t->mark.data, size);
    mugai_buffer_clear (&t->mark);
    return there && at < end + size ? end + size : at;
}

static void
count (MugaiLinkCount *c, const char *host)
{
    if (c->count++ == 0 && strlen (host) < sizeof c->first)
        memcpy (c->first, host, strlen (host) + 1);
}

static bool
is_trusted (const Text *t, const Host *host)
{
    const char *at = t->options->trusted != NULL ? t->options->trusted : "";

    while (*at != '\0' && host->ascii[0] != '\0') {
        at += strspn (at, " ,");
        size_t size = strcspn (at, " ,");
        size_t skip = size > 2 && at[0] == '*' && at[1] == '.' ? 2 : 0;
        if (host_below (host->ascii, at + skip, size - skip))
            return true;
        at += size;
    }
    return false;
}

static void
count_host (MugaiLinkStats *stats, const Host *host, bool deceives)
{
    const struct {
        bool holds;
        MugaiLinkCount *count;
    } rows[] = { { host->letters[0] != '\0', &stats->idn },
                 { deceives, &stats->deceiving },
                 { host->user, &stats->user },
                 { host->number, &stats->number },
                 { host->disguised, &stats->disguised },
                 { host->imitates, &stats->imitating } };

    stats->links++;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].holds)
            count (rows[i].count, host->ascii);
}

static size_t
put_dropped (Text *t, const Address *a)
{
    size_t end = a->bracket ? a->end - 1 : a->end;

    flush (t, a->start);
    if (a->host_size == 0 && end < a->host)
        end = a->host;
    end = scheme_whole (t->data, t->size, a->host, end);
    mugai_buffer_add_text (t->out, t->options->japanese ? "[リンク削除]" : "[link removed]");
    t->done = end;
    return end;
}

/* A web address from @start, whose authority begins at @host. @scheme: what is written in place of
 * its own when it is defanged, NULL: it has none. Returns: where to go on. */
static size_t
web (Text *t, size_t start, size_t host, const char *scheme)
{
    bool nested = start < t->link_end;
    Address a;
    Host real;

    if (nested && (t->link_stays || t->options->form == MUGAI_LINK_SHOW))
        return host;
    a = address_read (t->data, t->size, start, host);
    host_read (t->data + host, a.host_size, &real);
    bool deceives = address_deceives (t->data, &a, &real);
    bool trusted = !nested && is_trusted (t, &real);
    MugaiLinkForm form = trusted ? MUGAI_LINK_SHOW : t->options->form;
    count_host (t->stats, &real, deceives);
    if (trusted)
        count (&t->stats->trusted, real.ascii);
    t->stats->bent += form != MUGAI_LINK_SHOW;
    if (form == MUGAI_LINK_DROP)
        return put_dropped (t, &a);
    if (!nested) {
        t->link_end = a.end;
        t->link_stays = form == MUGAI_LINK_SHOW;
        mark_make (&real, deceives, form == MUGAI_LINK_DEFANG, t->options->japanese, &t->mark);
    }
    if (form == MUGAI_LINK_SHOW)
        return host;
    if (scheme != NULL) {
        flush (t, start);
        mugai_buffer_add_text (t->out, scheme);
        t->done = host;
    }
    t->dots_end = host + a.host_size;
    return host;
}

/* Is it "http" or "https" in ASCII, whatever stands before it? *ret_start: where it begins. */
static const char *
web_scheme (const Text *t, size_t colon, size_t *ret_start)
{
    static const char *const schemes[][2] = { { "https", "hxxps://" }, { "http", "hxxp://" } };

    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen (schemes[i][0]);
        *ret_start = colon - n;
        if (colon >= t->done + n && strncasecmp (t->data + colon - n, schemes[i][0], n) == 0)
            return schemes[i][1];
    }
    return NULL;
}

static size_t
at_data (Text *t, size_t colon, size_t type, size_t n)
{
    if (t->mark.size > 0 && colon < t->link_end) { /* the address around it ends here, too */
        t->link_end = colon;
        put_mark (t, colon);
    }
    flush (t, colon);
    mugai_buffer_add_text (t->out, "[:]");
    mugai_buffer_add (t->out, t->data + colon + 1, type);
    if (n > type)
        mugai_buffer_add_text (t->out, "…");
    t->done = colon + 1 + n;
    t->stats->data++;
    return t->done;
}

static size_t
break_colon (Text *t, size_t colon)
{
    flush (t, colon);
    mugai_buffer_add_text (t->out, "[:]");
    t->done = colon + 1;
    return colon + 1;
}

/* Returns: where to go on after the colon at @colon. */
static size_t
at_colon (Text *t, size_t colon)
{
    SchemeWord w = scheme_word (t->data, t->done, colon);
    size_t type = 0, n, start;

    if (w.text[0] == '\0')
        return colon + 1;
    if ((n = scheme_data_size (&w, t->data, t->size, colon, &type)) > 0)
        return at_data (t, colon, type, n);
    if (scheme_is_active (&w, t->data, t->size, colon)) {
        t->stats->broken++;
        return break_colon (t, colon);
    }
    const char *scheme = web_scheme (t, colon, &start);
    bool slashes = t->size - colon > 3 && t->data[colon + 1] == '/' && t->data[colon + 2] == '/';
    return scheme != NULL && slashes ? web (t, start, colon + 3, scheme) : colon + 1;
}

/* Returns: where to go on after the backslash at @at. */
static size_t
at_backslash (Text *t, size_t at)
{
    const char *p = t->data + at + 2, *end = t->data + t->size;
    char before = at > t->done ? t->data[at - 1] : ' '; /* what was broken up ends in a bracket */
    if (t->size - at < 5 || p[-1] != '\\' || is_word (before) || strchr ("\\/:.-", before) != NULL)
        return at + 1;
    if (!is_word (*p) && (uint8_t)*p < 0x80)
        return at + 1;
    const char *limit = end - p > AHEAD_MAX ? p + AHEAD_MAX : end;
    while (p < limit && *p != '\\' && *p != ':' && *p != '[' && !is_blank (*p))
        p++;
    if (p < limit && (*p != '\\' || p + 1 == end || is_blank (p[1])))
        return at + 1;
    flush (t, at);
    mugai_buffer_add_text (t->out, "[\\\\]");
    t->done = at + 2;
    t->stats->broken++;
    return at + 2;
}

static size_t
bend_dot (Text *t, size_t at)
{
    flush (t, at);
    mugai_buffer_add_text (t->out, "[.]");
    t->done = at + 1;
    return at + 1;
}

/* A dot of a host that is defanged, or that of "www."? */
static size_t
at_dot (Text *t, size_t at)
{
    if (at < t->dots_end && at >= t->done)
        return bend_dot (t, at);
    if (at < t->done + 3 || strncasecmp (t->data + at - 3, "www", 3) != 0 || at + 1 == t->size ||
        (!is_word (t->data[at + 1]) && (uint8_t)t->data[at + 1] < 0x80))
        return at + 1;
    char before = at > 3 ? t->data[at - 4] : ' ';
    bool share = at >= 7 && memcmp (t->data + at - 7, "[\\\\]", 4) == 0; /* of a run before */
    if (share || is_word (before) || strchr ("./-@\\", before) != NULL)
        return at + 1;
    size_t next = web (t, at - 3, at - 3, NULL);
    if (next > at)
        return next;
    return at < t->dots_end ? bend_dot (t, at) : at + 1;
}

/* Where the local part before the at sign at @at begins. */
static size_t
local_start (const Text *t, size_t at)
{
    size_t start = at;

    while (start > t->done && at - start < LOCAL_MAX &&
           (is_word (t->data[start - 1]) || strchr (".+-=%", t->data[start - 1]) != NULL))
        start--;
    return start;
}

/* A mail address? In the forms that take clickable ones away it is written with "[@]". */
static size_t
at_sign (Text *t, size_t at)
{
    char before = at > t->done ? t->data[at - 1] : ' ';
    Host host;

    if ((at < t->link_end && t->link_stays) || at + 1 == t->size || !is_word (t->data[at + 1]) ||
        is_blank (before) || strchr ("<>()[]\"',;:@", before) != NULL)
        return at + 1;
    size_t stop = at + 1; /* no domain goes beyond one of these */
    while (stop < t->size && stop - at < HOST_LOOK && strchr ("@:", t->data[stop]) == NULL)
        stop++;
    Address a = address_read (t->data, stop, local_start (t, at), at + 1);
    host_read (t->data + a.host, a.host_size, &host);
    if (host.number || strchr (host.ascii, '.') == NULL)
        return at + 1;
    if (at >= t->link_end && address_other_mail (t->data, &a, &host)) {
        count (&t->stats->deceiving, host.ascii);
        t->link_end = a.end;
        mugai_buffer_add_text (&t->mark, t->options->japanese
                                             ? "［注意：表示と宛先が異なります］"
                                             : " [Caution: the text names another address]");
    }
    if (t->options->form == MUGAI_LINK_SHOW || is_trusted (t, &host))
        return at + 1;
    flush (t, at);
    mugai_buffer_add_text (t->out, "[@]");
    t->done = at + 1;
    t->stats->bent++;
    t->dots_end = a.host + a.host_size;
    return at + 1;
}

/* Where the next character after @at is that may be part of an address, or the end. */
static size_t
next_sign (const Text *t, size_t at)
{
    const char *p = t->data + at, *end = t->data + t->size;
    do
        p++;
    while (p < end && *p != ':' && *p != '\\' && *p != '.' && *p != '@');
    return (size_t)(p - t->data);
}

static size_t
step (Text *t, size_t at)
{
    switch (t->data[at]) {
    case ':':
        return at_colon (t, at);
    case '\\':
        return at_backslash (t, at);
    case '.':
        return at_dot (t, at);
    case '@':
        return at_sign (t, at);
    default:
        return next_sign (t, at);
    }
}

int
mugai_link_defang (const void *utf8, size_t size, const MugaiLinkOptions *options, MugaiBuffer *out,
                   MugaiLinkStats *stats)
{
    MugaiLinkStats ignored;
    Text t = { .data = size > 0 ? utf8 : "",
               .size = size,
               .options = options,
               .stats = stats != NULL ? stats : &ignored,
               .out = out,
               .mark = mugai_buffer (4096) };
    *t.stats = (MugaiLinkStats){ 0 };
    size_t at = 0;
    while (at < size && mugai_buffer_ok (out)) {
        if (t.mark.size > 0 && at >= t.link_end)
            at = put_mark (&t, at);
        if (at < size)
            at = step (&t, at);
    }
    if (t.mark.size > 0)
        put_mark (&t, size);
    flush (&t, size);
    mugai_buffer_clear (&t.mark);
    return out->failed ? -ENOMEM : 0;
}
