/* SPDX-License-Identifier: Apache-2.0
 *
 * make-charset-tables: print the tables of charset-multibyte.h as C, from iconv of the machine that
 * builds. Never installed; runs while Mugai is built and reads nothing but the C library's
 * converters. Exit: 1 when one is missing (Fedora and its kin: glibc-gconv-extra) or does not fit
 * the form of the tables, so that no build has a charset less than another.
 */
#include "message/charset-multibyte.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Charset {
    const char *name;
    int first_lead, last_lead, first_trail, last_trail;
    bool triples, quads;
} Charset;

/* In the order of MugaiMultibyteId. */
static const Charset charsets[MUGAI_MULTIBYTE_COUNT] = {
    { "CP932", 0x81, 0xFC, 0x40, 0xFC, false, false },
    { "EUC-JP-MS", 0x8E, 0xFE, 0xA1, 0xFE, true, false },
    { "EUC-JISX0213", 0x8E, 0xFE, 0xA1, 0xFE, true, false },
    { "SHIFT_JISX0213", 0x81, 0xFC, 0x40, 0xFC, false, false },
    { "GB18030", 0x81, 0xFE, 0x40, 0xFE, false, true },
    { "BIG5-HKSCS", 0x81, 0xFE, 0x40, 0xFE, false, false },
    { "UHC", 0x81, 0xFE, 0x41, 0xFE, false, false },
};

typedef struct Maker {
    const Charset *charset;
    iconv_t iconv;
    unsigned number;
    uint32_t wide[MUGAI_MULTIBYTE_WIDE_MAX][2];
    unsigned n_wide;
    unsigned cells; /* on the line that is being printed */
} Maker;

static void
give_up (const Maker *m, const char *what)
{
    fprintf (stderr, "make-charset-tables: %s: %s\n", m->charset->name, what);
    exit (1);
}

/* Code points of the bytes, 0 when they are not one character. */
static int
code_points (const Maker *m, const uint8_t *bytes, size_t size, uint32_t ret[2])
{
    uint8_t out[32];
    char *in = (char *)(uintptr_t)bytes, *to = (char *)out; /* iconv does not write to its input */
    size_t left = size, room = sizeof out;
    if (size == 0)
        return 0;
    iconv (m->iconv, NULL, NULL, NULL, NULL);
    if (iconv (m->iconv, &in, &left, &to, &room) == (size_t)-1 || left > 0 ||
        iconv (m->iconv, NULL, NULL, &to, &room) == (size_t)-1)
        return 0;
    size_t n = (sizeof out - room) / 4;
    if (n == 0 || n > 2)
        give_up (m, "a character of no or of more than two code points");
    ret[1] = 0;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *c = out + 4 * i;
        ret[i] = (uint32_t)c[0] << 24 | (uint32_t)c[1] << 16 | (uint32_t)c[2] << 8 | c[3];
    }
    if (ret[0] == 0 || (ret[0] >= 0xD800 && ret[0] <= 0xDFFF))
        give_up (m, "a character that is NUL or a surrogate");
    return (int)n;
}

static void
print_cell (Maker *m, const uint8_t *bytes, size_t size)
{
    uint32_t c[2];
    int n = code_points (m, bytes, size, c);
    unsigned cell = n == 0 ? 0 : c[0];
    if (n == 2 || cell > 0xFFFF) {
        if (m->n_wide == MUGAI_MULTIBYTE_WIDE_MAX)
            give_up (m, "too many characters beyond one unit");
        memcpy (m->wide[m->n_wide], c, sizeof c);
        cell = MUGAI_MULTIBYTE_WIDE + m->n_wide++;
    }
    printf ("%u,%s", cell, ++m->cells % 16 == 0 ? "\n" : "");
}

/* JIS-Roman: yen sign and overline in the places of backslash and tilde. */
static bool
is_roman (const Maker *m, unsigned byte)
{
    return strcmp (m->charset->name, "SHIFT_JISX0213") == 0 && (byte == '\\' || byte == '~');
}

static void
print_singles (Maker *m)
{
    printf ("static const uint16_t singles_%u[] = {\n", m->number);
    for (unsigned a = 0; a < 0x100; a++) {
        uint8_t byte = (uint8_t)a;
        uint32_t c[2];
        if (a >= 0x80)
            print_cell (m, &byte, 1);
        else if (a > 0 && (code_points (m, &byte, 1, c) != 1 || c[0] != a) && !is_roman (m, a))
            give_up (m, "its lower half is not ASCII");
    }
    puts ("};");
}

static void
print_pairs (Maker *m)
{
    const Charset *s = m->charset;
    uint32_t ignored[2];
    printf ("static const uint16_t pairs_%u[] = {\n", m->number);
    for (int a = s->first_lead; a <= s->last_lead; a++) {
        bool single = code_points (m, &(uint8_t){ (uint8_t)a }, 1, ignored) > 0;
        for (int b = s->first_trail; b <= s->last_trail; b++) {
            uint8_t bytes[] = { (uint8_t)a, (uint8_t)b };
            print_cell (m, bytes, single ? 0 : 2); /* two characters are no pair */
        }
    }
    puts ("};");
}

static void
print_triples (Maker *m)
{
    printf ("static const uint16_t triples_%u[] = {\n", m->number);
    for (int a = 0xA1; a <= 0xFE; a++) {
        for (int b = 0xA1; b <= 0xFE; b++) {
            uint8_t bytes[] = { 0x8F, (uint8_t)a, (uint8_t)b };
            print_cell (m, bytes, 3);
        }
    }
    puts ("};");
}

static void
print_run (const MugaiMultibyteRun *run)
{
    if (run->count > 0)
        printf ("{%u,%u,%u},\n", run->first, run->count, run->c);
}

/* All four bytes, in the order of their numbers. */
static void
print_runs (Maker *m)
{
    MugaiMultibyteRun run = { 0, 0, 0 };
    printf ("static const MugaiMultibyteRun runs_%u[] = {\n", m->number);
    for (uint32_t number = 0; number < 126 * 10 * 126 * 10; number++) {
        uint8_t bytes[] = { (uint8_t)(0x81 + number / 12600), (uint8_t)(0x30 + number / 1260 % 10),
                            (uint8_t)(0x81 + number / 10 % 126), (uint8_t)(0x30 + number % 10) };
        uint32_t c[2];
        int n = code_points (m, bytes, sizeof bytes, c);
        if (n == 2)
            give_up (m, "four bytes of two code points");
        if (n == 1 && run.count > 0 && number == run.first + run.count &&
            c[0] == run.c + run.count) {
            run.count++;
        } else if (n == 1) {
            print_run (&run);
            run = (MugaiMultibyteRun){ number, 1, c[0] };
        }
    }
    print_run (&run);
    puts ("};");
}

static void
print_wide (const Maker *m)
{
    printf ("static const uint32_t wide_%u[][2] = {\n", m->number);
    for (unsigned i = 0; i < m->n_wide; i++)
        printf ("{%u,%u},\n", m->wide[i][0], m->wide[i][1]);
    puts (m->n_wide == 0 ? "{0,0}};" : "};");
}

static void
print_charset (unsigned number)
{
    static Maker m;
    m = (Maker){ .charset = &charsets[number],
                 .number = number,
                 .iconv = iconv_open ("UCS-4BE", charsets[number].name) };
    if (m.iconv == (iconv_t)-1)
        give_up (&m, "iconv of this machine lacks it");
    print_singles (&m);
    print_pairs (&m);
    if (m.charset->triples)
        print_triples (&m);
    if (m.charset->quads)
        print_runs (&m);
    print_wide (&m);
    iconv_close (m.iconv);
}

static void
print_row (unsigned i)
{
    const Charset *s = &charsets[i];
    printf ("{\"%s\",singles_%u,pairs_%u,", s->name, i, i);
    s->triples ? printf ("triples_%u,", i) : printf ("NULL,");
    printf ("wide_%u,", i);
    s->quads ? printf ("runs_%u,sizeof runs_%u/sizeof runs_%u[0],", i, i, i) : printf ("NULL,0,");
    printf ("%d,%d,%d,%d},\n", s->first_lead, s->last_lead, s->first_trail, s->last_trail);
}

int
main (void)
{
    puts ("/* Written by make-charset-tables.c. */\n#include \"message/charset-multibyte.h\"\n");
    for (unsigned i = 0; i < MUGAI_MULTIBYTE_COUNT; i++)
        print_charset (i);
    puts ("const MugaiMultibyte mugai_multibyte[MUGAI_MULTIBYTE_COUNT] = {");
    for (unsigned i = 0; i < MUGAI_MULTIBYTE_COUNT; i++)
        print_row (i);
    puts ("};");
    return fflush (stdout) == 0 && !ferror (stdout) ? 0 : 1;
}
