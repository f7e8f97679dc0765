/* SPDX-License-Identifier: Apache-2.0
 *
 * Good and bad samples for section J of src/verify/PROFILE.md.
 */
#include "jpeg-sample.h"
#include "verify-samples.h"

/* A byte of a sample changed. */
static const struct {
    const char *clause;
    const uint8_t *sample;
    size_t size, at;
    uint8_t value;
} jpeg_change[] = {
#define GREY(clause, at, value)                                                                    \
    {                                                                                              \
        clause, jpeg_grey, sizeof jpeg_grey, at, value                                             \
    }
#define COLOUR(clause, at, value)                                                                  \
    {                                                                                              \
        clause, jpeg_colour, sizeof jpeg_colour, at, value                                         \
    }
    GREY (NULL, 0, 0xff),
    COLOUR (NULL, 0, 0xff),
    { NULL, jpeg_full, sizeof jpeg_full, 0, 0xff },
    GREY ("J-1", 1, 0xd9),
    GREY ("J-1", 3, 0xe1),
    GREY ("J-1", 4, 0xff),
    GREY ("J-1", 5, 2),
    GREY ("J-1", 21, 0xfe),
    GREY ("J-1", 90, 0xc2),
    GREY ("J-1", 90, 0xdd),
    GREY ("J-2", 12, 2),
    GREY ("J-2", 13, 2),
    GREY ("J-2", 15, 2),
    GREY ("J-2", 18, 1),
    COLOUR (NULL, 14, 1),
    COLOUR ("J-2", 13, 0),
    COLOUR ("J-2", 13, 2),
    GREY ("J-3", 93, 12),
    GREY ("J-3", 95, 0),
    GREY ("J-3", 96, 0xff),
    GREY ("J-3", 98, 2),
    GREY ("J-3", 99, 2),
    GREY ("J-3", 100, 0x21),
    GREY ("J-3", 101, 1),
    COLOUR ("J-3", 169, 0x21),
    COLOUR ("J-3", 172, 0x22),
    GREY ("J-4", 24, 0x10),
    GREY ("J-4", 30, 9),
    COLOUR ("J-4", 93, 0),
    COLOUR ("J-4", 100, 1),
    GREY ("J-5", 106, 1),
    GREY ("J-5", 108, 2),
    GREY ("J-5", 134, 9),
    GREY ("J-5", 160, 0),
    COLOUR ("J-5", 181, 1),
    GREY ("J-6", 322, 2),
    GREY ("J-6", 324, 1),
    GREY ("J-6", 326, 62),
    COLOUR ("J-6", 616, 0x22),
    GREY ("J-7", 98 - 1, 8),
    GREY ("J-7", 96 - 1, 0x7f),
    GREY ("J-7", 97, 17),
    GREY ("J-7", 328, 0xff),
    GREY ("J-7", sizeof jpeg_grey - 3, 0x58),
    COLOUR ("J-8", 166, 24),
    GREY ("J-9", sizeof jpeg_grey - 1, 0xd8),
    { "J-10", jpeg_zip, sizeof jpeg_zip, 0, 0xff },
#undef GREY
#undef COLOUR
};

void
test_jpeg (void)
{
    static const uint8_t zeros[64];

    for (size_t i = 0; i < LENGTH (jpeg_change); i++) {
        char name[64];
        Buf b = { 0 };
        snprintf (name, sizeof name, "JPEG sample %zu, byte %zu", i, jpeg_change[i].at);
        buf_add (&b, jpeg_change[i].sample, jpeg_change[i].size);
        b.data[jpeg_change[i].at] = jpeg_change[i].value;
        expect (MUGAI_GRAMMAR_JPEG, b.data, b.size, jpeg_change[i].clause, name);
        buf_clear (&b);
    }
    for (size_t size = 0; size < sizeof jpeg_grey; size++) {
        MugaiVerifyLimits limits = mugai_verify_limits_default();
        MugaiVerifyResult result;
        Buf b = { 0 };
        buf_add (&b, jpeg_grey, size);
        mugai_verify (MUGAI_GRAMMAR_JPEG, b.data, b.size, &limits, &result);
        if (result.verdict.ok)
            CHECK_NAMED (false, "JPEG cut at %zu", size);
        buf_clear (&b);
        mugai_verify_result_clear (&result);
    }
    Buf b = { 0 };
    buf_add (&b, jpeg_colour, sizeof jpeg_colour);
    buf_add (&b, zeros, 1);
    expect (MUGAI_GRAMMAR_JPEG, b.data, b.size, "J-9", "byte after EOI");
    buf_clear (&b);
}
