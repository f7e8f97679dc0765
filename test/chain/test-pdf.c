/* SPDX-License-Identifier: Apache-2.0
 *
 * Our PDF from both sides: frames of every kind become a file that the verifier accepts, the same
 * bytes each time; what is changed in it is refused by the clause that says so, and no single byte
 * of its structure may be another.
 */
#include "../unit/tap.h"
#include "base/memfd.h"
#include "base/pack.h"
#include "encode/encode.h"
#include "encode/frames.h"
#include "verify/verify.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEANS(ok, name)          tap_check ((ok), (name), __FILE__, __LINE__)
#define SAYS(is, expected, name) says ((is), (expected), (name))

enum { ROOM = 1 << 20 };

static uint8_t frames[ROOM], file[ROOM];
static MugaiPack pack;
static size_t size;
static uint32_t pages, runs;

static void
says (const char *is, const char *expected, const char *name)
{
    CHECK_NAMED (strcmp (is, expected) == 0, "%s: \"%s\", is \"%s\"", name, expected, is);
}

static void
add_page (MugaiFramesPage page)
{
    unsigned bits = mugai_frames_index_bits (page.format);

    mugai_frames_write_page (&page, frames + pack.size);
    pack.size += MUGAI_FRAMES_PAGE;
    for (size_t i = 0; i < (bits > 0 ? (size_t)3 << bits : 0); i++)
        mugai_pack_u8 (&pack, (uint8_t)(255 - 17 * i));
    for (size_t i = 0; i < mugai_frames_row (page.format, page.width) * page.height; i++)
        mugai_pack_u8 (&pack, (uint8_t)(i * 7));
    pages++;
}

static void
add_run (const char *text, bool vertical, uint32_t turn)
{
    MugaiFramesRun run = { .text = text,
                           .size = strlen (text),
                           .x = 640 + (int32_t)(runs * 64),
                           .y = 1000,
                           .height = 640,
                           .width = 2000,
                           .vertical = vertical,
                           .turn = turn };

    mugai_frames_write_run (&run, frames + pack.size);
    pack.size += MUGAI_FRAMES_RUN;
    mugai_pack_bytes (&pack, text, run.size);
    runs++;
}

static void
begin (void)
{
    pages = runs = 0;
    pack = mugai_pack (frames, sizeof frames);
    mugai_frames_write_head (frames);
    pack.size = MUGAI_FRAMES_HEAD;
}

/* Returns: the reason when it was refused, else "". The file is in `file`. */
static const char *
encode (void)
{
    static MugaiEncoded encoded;
    MugaiEncode request = { .type = "pdf", .output_max = ROOM };
    int fd = mugai_memfd_new ("test");

    mugai_frames_write_end (pages, runs, frames + pack.size);
    mugai_encode_frames (frames, pack.size + MUGAI_FRAMES_END, &request, fd, &encoded);
    ssize_t n = pread (fd, file, sizeof file, 0);
    size = n > 0 ? (size_t)n : 0;
    close (fd);
    return encoded.ok != 0 ? "" : encoded.reason;
}

static const char *
clause_of (const uint8_t *data, size_t n)
{
    static MugaiVerifyResult result;
    MugaiVerifyLimits limits = mugai_verify_limits_default();

    mugai_verify_result_clear (&result);
    mugai_verify (MUGAI_GRAMMAR_PDF, data, n, &limits, &result);
    return result.verdict.clause;
}

/* A document of three pages: palette with text of all kinds, JPEG, grey. */
static void
write_sample (void)
{
    begin();
    add_page ((MugaiFramesPage){ .format = MUGAI_PIXELS_INDEX2,
                                 .width = 61,
                                 .height = 40,
                                 .width_mpt = 595276,
                                 .height_mpt = 841890 });
    add_run ("町役場 ", false, 0);
    add_run ("𠮷野家", true, 0);
    add_run ("葛\xf3\xa0\x84\x80城", false, 1);
    add_run ("Hello", false, 2);
    add_run ("𩸽𠮷", false, 3);
    add_page (
        (MugaiFramesPage){ .format = MUGAI_PIXELS_RGB8, .width = 20, .height = 9, .quality = 75 });
    add_page ((MugaiFramesPage){
        .format = MUGAI_PIXELS_GREY8, .width = 8, .height = 8, .dpi_x = 150, .dpi_y = 150 });
    MEANS (encode()[0] == '\0', "frames become a PDF");
    SAYS (clause_of (file, size), "", "and the verifier accepts it");
}

typedef struct Change {
    const char *clause, *from, *to; /* of the same length */
} Change;

static const Change changes[] = {
    { "Q-1", "%PDF-1.5", "%PDF-1.7" },
    { "Q-2", "12 0 obj", "22 0 obj" },
    { "Q-2", "15 0 obj", "14 0 obj" },
    { "Q-2", "\n9 0 obj", "\n8 0 obj" },
    { "Q-3", "/Width 61", "/Width 0 " },
    { "Q-3", "/Height 40", "/Height 04" },
    { "Q-3", "/Indexed /DeviceRGB 3", "/Indexed /DeviceRGB 2" },
    { "Q-3", "/BitsPerComponent 2", "/BitsPerComponent 3" },
    { "Q-3", "<FFEEDD", "<FFEEDd" },
    { "Q-3", "/DCTDecode", "/JPXDecode" },
    { "Q-3", "/Subtype /Image /W", "/SMask 11 0 R   /W" },
    { "Q-4", "/Height 40", "/Height 41" },
    { "Q-4", "/Width 20", "/Width 21" },
    { "Q-5", "obj\n<< /Filter", "obj\n<< /filter" },
    { "Q-8", "/Parent 2 0 R", "/Parent 3 0 R" },
    { "Q-8", "[0 0 595.276 841.89]", "[0 0 200000.1 841.9]" },
    { "Q-6", "[0 0 595.276 841.89]", "[0 0 595.276 841.80]" },
    { "Q-5", "[0 0 595.276 841.89]", "[0 0 595.276 841.88]" },
    { "Q-8", "/Contents 11 0 R", "/Contents 14 0 R" },
    { "Q-8", "/I 12 0 R", "/I 15 0 R" },
    { "Q-9", "/Encoding /Identity-V", "/Encoding /Identity-H" },
    { "Q-9", "/Type /Catalog /Pages 2 0 R", "/Type /Catalog /AA    2 0 R" },
    { "Q-9", "OS/2", "OS/3" },
    { "Q-11", "/Count 3", "/Count 2" },
    { "Q-11", "[10 0 R 13", "[13 0 R 10" },
    { "Q-12", "/Root 1 0 R >>", "/Info 1 0 R >>" },
    { "Q-12", "startxref\n", "startXref\n" },
    { "Q-12", "0000000015 00000 n", "0000000016 00000 n" },
    { "Q-12", "%%EOF", "%%eof" },
};

static void
test_changes (void)
{
    static uint8_t copy[ROOM];

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const Change *c = &changes[i];
        memcpy (copy, file, size);
        uint8_t *at = memmem (copy, size, c->from, strlen (c->from));
        MEANS (at != NULL && strlen (c->from) == strlen (c->to), c->from);
        if (at == NULL)
            continue;
        memcpy (at, c->to, strlen (c->to));
        SAYS (clause_of (copy, size), c->clause, c->to);
    }
}

/* Entries of the palette and what stands in the JPEG are free, within bounds that have tests of
 * their own. */
static bool
is_free (size_t at)
{
    const uint8_t *palette = memmem (file, size, "DeviceRGB 3 <", 13);
    const uint8_t *jpeg = memmem (file, size, "\xff\xd8\xff", 3);
    const uint8_t *end = memmem (jpeg, size - (size_t)(jpeg - file), "\nendstream", 10);
    const uint8_t *p = file + at;

    return (p >= palette + 13 && p < palette + 13 + 24) || (p >= jpeg && p < end);
}

/* No byte elsewhere may be another; no cut, nothing behind. */
static void
test_bytes (void)
{
    static uint8_t copy[ROOM];
    unsigned accepted = 0, cut = 0;

    memcpy (copy, file, size);
    for (size_t i = 0; i < size; i++) {
        copy[i] ^= 1;
        accepted += !is_free (i) && clause_of (copy, size)[0] == '\0';
        copy[i] = file[i];
    }
    for (size_t n = 0; n < size; n += n < 400 ? 1 : 41)
        cut += clause_of (file, n)[0] == '\0';
    MEANS (accepted == 0, "single bits of the structure");
    MEANS (cut == 0, "no part of it is a file");
    copy[size] = '\n';
    SAYS (clause_of (copy, size + 1), "Q-12", "a byte behind the end");
}

static void
test_same (void)
{
    static uint8_t before[ROOM];
    size_t n = size;

    memcpy (before, file, size);
    encode();
    MEANS (n == size && memcmp (before, file, n) == 0, "the same frames, the same bytes");
}

/* What a decoder that was taken over may say of text. */
static void
test_text (void)
{
    static const char *const lies[] = {
        "\xe2\x80\xae"
        "abc",
        "\xef\xbf\xbd",
        "\xee\x80\x80",
        "\xe2\x80\x8b",
        "\xf3\xa0\x84\x80",
        "a\xcc\x81",
        "👨‍👩‍👧",
        "\xf4\x8f\xbf\xbf",
        "\xc2\xad",
    };

    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        begin();
        add_page ((MugaiFramesPage){ .format = MUGAI_PIXELS_INDEX1, .width = 9, .height = 9 });
        add_run (lies[i], false, 0);
        const char *reason = encode();
        MEANS (reason[0] == '\0' && clause_of (file, size)[0] == '\0', "text is cleaned");
    }
    begin();
    add_page ((MugaiFramesPage){ .format = MUGAI_PIXELS_INDEX1, .width = 9, .height = 9 });
    for (uint32_t i = 0; i < 3000; i++) {
        char text[8] = { (char)0xf0, (char)0xa0, (char)(0x80 | (i >> 6 & 63)),
                         (char)(0x80 | (i & 63)) };
        add_run (text, false, 0);
    }
    SAYS (encode(), "", "more characters beyond U+FFFF than there are codes");
    SAYS (clause_of (file, size), "", "are still a PDF of the profile");
}

static void
test_refused (void)
{
    MugaiEncode request = { .type = "png", .output_max = ROOM };
    MugaiEncoded encoded;
    int fd = mugai_memfd_new ("test");

    begin();
    SAYS (encode(), "filter.nonsense", "no page");
    begin();
    add_page ((MugaiFramesPage){ .format = MUGAI_PIXELS_INDEX4, .width = 5, .height = 5 });
    pages = 2;
    SAYS (encode(), "filter.nonsense", "wrong count");
    pages = 1;
    mugai_frames_write_end (pages, runs, frames + pack.size);
    mugai_encode_frames (frames, pack.size + MUGAI_FRAMES_END, &request, fd, &encoded);
    SAYS (encoded.reason, "filter.output-type", "a palette is for PDF alone");
    close (fd);
}

int
main (void)
{
    write_sample();
    test_same();
    test_changes();
    test_bytes();
    test_text();
    test_refused();
    return tap_done();
}
