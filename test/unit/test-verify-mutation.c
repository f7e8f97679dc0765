/* SPDX-License-Identifier: Apache-2.0
 *
 * Every class of single-byte mutation, at every offset of canonical mails. What is asserted of each
 * mutant:
 *
 *   structure   a byte outside of the free regions was touched: refused, always;
 *   free        a byte of a free region was touched: refused, or accepted with the same number of
 * leaves; in a base64 line with exactly one leaf changed, elsewhere with none.
 *
 * Free regions are: the values of the fields that Mugai takes over (with the line ends within
 * them), the digits of id and policy in Mugai-Result, the characters of base64 lines, the value of
 * a file name. Everything else is structure: names of fields, their order, Content-*, MIME-Version,
 * the counts, delimiters, all other line ends. Which byte is what is found by a small reader of
 * lines in this file, not by the verifier.
 */
#include "canonical.h"
#include "tap.h"
#include "verify/verify.h"

typedef enum Region { STRUCTURE = 0, VALUE, BASE64 } Region;

typedef struct Sample {
    const char *name;
    Buf mail;
    uint8_t *region; /* Region of each byte, and one STRUCTURE behind */
    MugaiVerifyResult result;
} Sample;

typedef struct Tally {
    unsigned long mutants, accepted_value, accepted_base64, wrong;
    char first[200]; /* the first wrong one */
} Tally;

static bool
is_free_field (const char *line)
{
    static const char *const name[] = {
        "Received: ", "Auto-Submitted: ", "List-Id: ",     "Precedence: ", "From: ",
        "Sender: ",   "Reply-To: ",       "To: ",          "Cc: ",         "Subject: ",
        "Date: ",     "Message-ID: ",     "In-Reply-To: ", "References: "
    };

    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++)
        if (strncmp (line, name[i], strlen (name[i])) == 0)
            return true;
    return false;
}

/* Mark @n bytes from @at on. */
static void
mark (Sample *s, size_t at, size_t n, Region region)
{
    memset (s->region + at, (int)region, n);
}

/* A line behind which the value of a file name begins; 0 for others. */
static size_t
name_prefix (const char *line)
{
    unsigned number;
    int n = 0;

    if (strncmp (line, " filename=\"", 11) == 0)
        return 11;
    if (strncmp (line, " filename*=UTF-8''", 18) == 0)
        return 18;
    if (sscanf (line, " filename*%u*=UTF-8''%n", &number, &n) == 1 && n > 0)
        return (size_t)n;
    if (sscanf (line, " filename*%u*=%n", &number, &n) == 1)
        return (size_t)n;
    return 0;
}

/* One line without CRLF, at @at. */
static void
mark_line (Sample *s, const char *line, size_t at, bool *io_header, bool *io_free)
{
    size_t n = strlen (line), prefix = name_prefix (line);

    if (n == 0) {
        *io_header = false;
    } else if (strncmp (line, "--=_mugai_", 10) == 0) {
        *io_header = true;
    } else if (!*io_header) {
        mark (s, at, n, BASE64);
    } else if (prefix > 0) {
        bool tail = line[n - 1] == '"' || line[n - 1] == ';';
        mark (s, at + prefix, n - prefix - tail, VALUE);
    } else if (strncmp (line, "Mugai-Result: ", 14) == 0) {
        mark (s, at + strlen ("Mugai-Result: v=1; id="), 32, VALUE);
    } else if (strncmp (line, " policy=", 8) == 0) {
        mark (s, at + 8, 16, VALUE);
    } else if (line[0] == ' ') {
        if (*io_free)
            mark (s, at - 2, n + 2, VALUE); /* the line end before it too */
        return;
    } else if (is_free_field (line)) {
        size_t value = (size_t)(strchr (line, ' ') - line) + 1;
        mark (s, at + value, n - value, VALUE);
        *io_free = true;
        return;
    }
    *io_free = false;
}

/* Where the line at @at ends: its CRLF. */
static size_t
line_end (const Buf *b, size_t at)
{
    while (at + 1 < b->size && !(b->data[at] == '\r' && b->data[at + 1] == '\n'))
        at++;
    return at;
}

static void
prepare (Sample *s, const char *name, Buf mail)
{
    bool header = true, is_free = false;
    MugaiVerifyLimits limits = mugai_verify_limits_default();

    *s = (Sample){ .name = name, .mail = mail, .region = calloc (1, mail.size + 1) };
    for (size_t at = 0; at < mail.size;) {
        size_t n = line_end (&mail, at) - at;
        char line[100];
        snprintf (line, sizeof line, "%.*s", (int)n, (const char *)mail.data + at);
        mark_line (s, line, at, &header, &is_free);
        at += n + 2;
    }
    mugai_verify (MUGAI_GRAMMAR_MAIL, mail.data, mail.size, &limits, &s->result);
    CHECK_NAMED (s->result.verdict.ok, "%s: in the profile", name);
}

/* How many leaves differ from those of the sample; -1 when their number does. */
static int
changed_leaves (const Sample *s, const MugaiVerifyResult *r)
{
    int changed = 0;

    if (r->verdict.leaves != s->result.verdict.leaves)
        return -1;
    for (uint32_t i = 0; i < r->verdict.leaves; i++)
        changed += memcmp (r->leaf[i].sha256, s->result.leaf[i].sha256, 32) != 0;
    return changed;
}

static void
judge (Sample *s, Tally *t, const uint8_t *mutant, size_t size, Region region, const char *class,
       size_t at)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult r;

    if (size == s->mail.size && memcmp (mutant, s->mail.data, size) == 0)
        return; /* two equal neighbours changed places */
    t->mutants++;
    mugai_verify (MUGAI_GRAMMAR_MAIL, mutant, size, &limits, &r);
    if (r.verdict.ok) {
        int changed = changed_leaves (s, &r);
        bool fine = (region == VALUE && changed == 0) || (region == BASE64 && changed == 1);
        t->accepted_value += region == VALUE;
        t->accepted_base64 += region == BASE64;
        if (!fine && t->wrong++ == 0)
            snprintf (t->first, sizeof t->first, "%s at %zu, region %d, %d leaves changed", class,
                      at, region, changed);
    } else if (r.verdict.clause[0] == '\0' || r.verdict.offset > s->mail.size + 2) {
        if (t->wrong++ == 0)
            snprintf (t->first, sizeof t->first, "%s at %zu: refusal without a place", class, at);
    }
    mugai_verify_result_clear (&r);
}

/* A place between two bytes is free as far as one of them is. */
static Region
between (const Sample *s, size_t at)
{
    Region before = at > 0 ? (Region)s->region[at - 1] : STRUCTURE, after = (Region)s->region[at];

    return before != STRUCTURE ? before : after;
}

/* Replace @drop bytes at @at by @put. The mutant lies at the end of its allocation, so that ASan
 * sees a read past it. */
static void
mutate (Sample *s, Tally *t, size_t at, size_t drop, const void *put, size_t n, Region region,
        const char *class)
{
    size_t size = s->mail.size - drop + n;
    uint8_t *mutant = malloc (size);

    memcpy (mutant, s->mail.data, at);
    memcpy (mutant + at, put, n);
    memcpy (mutant + at + n, s->mail.data + at + drop, s->mail.size - at - drop);
    judge (s, t, mutant, size, region, class, at);
    free (mutant);
}

static void
mutate_all (Sample *s, Tally *t)
{
    static const struct {
        const char *name, *bytes;
        size_t size;
    } insert[] = { { "insert CR", "\r", 1 },     { "insert LF", "\n", 1 },
                   { "insert NUL", "", 1 },      { "insert space", " ", 1 },
                   { "insert 80", "\x80", 1 },   { "insert =", "=", 1 },
                   { "insert CRLF", "\r\n", 2 }, { "insert CRLF -", "\r\n-", 3 } };
    const uint8_t *d = s->mail.data;

    for (size_t at = 0; at < s->mail.size; at++) {
        Region here = (Region)s->region[at];
        for (unsigned bit = 0; bit < 8; bit++) {
            uint8_t flipped = d[at] ^ (uint8_t)(1u << bit);
            mutate (s, t, at, 1, &flipped, 1, here, "flip");
        }
        mutate (s, t, at, 1, "", 0, here, "delete");
        for (size_t i = 0; i < sizeof insert / sizeof insert[0]; i++)
            mutate (s, t, at, 0, insert[i].bytes, insert[i].size, between (s, at), insert[i].name);
        mutate (s, t, at, 0, d + at, 1, between (s, at), "duplicate");
        if (at + 1 < s->mail.size) {
            uint8_t swapped[2] = { d[at + 1], d[at] };
            Region both = here == (Region)s->region[at + 1] ? here : STRUCTURE;
            mutate (s, t, at, 2, swapped, 2, both, "swap");
        }
    }
}

static void
test_mutations (Sample *s)
{
    Tally t = { 0 };

    mutate_all (s, &t);
    CHECK_NAMED (t.wrong == 0, "%s: no mutation of structure is accepted %s", s->name, t.first);
    CHECK_NAMED (t.accepted_value > 100 && t.accepted_base64 > 100,
                 "%s: other values are other values", s->name);
    printf ("# %s: %zu bytes, %lu mutants, %lu accepted in values, %lu in base64, %lu wrong\n",
            s->name, s->mail.size, t.mutants, t.accepted_value, t.accepted_base64, t.wrong);
}

static void
test_ends (Sample *s)
{
    Tally t = { 0 };

    for (size_t size = 0; size < s->mail.size; size++) {
        uint8_t *cut = malloc (size + 1);
        memcpy (cut, s->mail.data, size);
        judge (s, &t, cut, size, STRUCTURE, "cut", size);
        free (cut);
    }
    CHECK_NAMED (t.wrong == 0 && t.mutants == s->mail.size, "%s: cut anywhere, refused %s", s->name,
                 t.first);
    t = (Tally){ 0 };
    for (unsigned c = 0; c < 256; c++) {
        uint8_t more[3] = { (uint8_t)c, '\r', '\n' };
        mutate (s, &t, s->mail.size, 0, more, 1, STRUCTURE, "append");
        mutate (s, &t, s->mail.size, 0, more, 3, STRUCTURE, "append line");
    }
    CHECK_NAMED (t.wrong == 0 && t.mutants == 512, "%s: anything behind the end, refused %s",
                 s->name, t.first);
}

/* What a lying emitter might do beyond one byte: whole lines moved, doubled or dropped. */
static void
test_lines (Sample *s)
{
    Tally t = { 0 };
    bool header = true;

    for (size_t at = 0, next; at < s->mail.size; at = next) {
        const uint8_t *d = s->mail.data;
        next = line_end (&s->mail, at) + 2;
        if (next - at == 2)
            header = false;
        if (!header)
            break;
        bool repeats = strncmp ((const char *)d + at, "Received: by", 12) == 0 || d[at] == ' ' ||
                       (next < s->mail.size && d[next] == ' ');
        if (!repeats)
            mutate (s, &t, at, 0, d + at, next - at, STRUCTURE, "line twice");
    }
    CHECK_NAMED (t.wrong == 0 && t.mutants > 5, "%s: no header line may stand twice %s", s->name,
                 t.first);
}

int
main (void)
{
    static const char ascii[] =
        "Dear all,\n\nthe meeting starts at 10:00.\nSanitization result: 1 part withheld.\n";
    static const char header[] =
        "From: a@example.jp\r\nSubject: meeting on Friday\r\nMIME-Version: 1.0\r\n";
    Sample sample[3];

    prepare (&sample[0], "body alone", mail_single (HEADER, BODY, strlen (BODY)));
    prepare (&sample[1], "attachments", mail_full());
    prepare (&sample[2], "ASCII", mail_single (header, ascii, strlen (ascii)));
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        if (sample[i].result.verdict.ok) {
            test_ends (&sample[i]);
            test_mutations (&sample[i]);
            if (i < 2)
                test_lines (&sample[i]);
        }
        mugai_verify_result_clear (&sample[i].result);
        free (sample[i].region);
        buf_clear (&sample[i].mail);
    }
    return tap_done();
}
