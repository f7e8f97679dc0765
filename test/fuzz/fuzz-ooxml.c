/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-rebuild with its host: what comes out of any document is in the verifier's grammar, or is
 * refused. The first byte is the kind (d, x, p); then members, each behind a line `@@NAME`.
 */
#include "common/zip.h"
#include "message/package.h"
#include "verify/verify.h"

#include <mugai/filter.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
const mugai_filter_info *mugai_filter (void);

enum { MEMBERS = 64, OUTPUT = 1 << 24 };

struct mugai_call {
    MugaiBuffer own;
    int children;
};

static void
host_finding (mugai_call *call, const char *code, uint64_t count, const char *evidence)
{
    (void)call;
    if (strncmp (code, "office.", 7) != 0 || count == 0 ||
        (evidence != NULL && strlen (evidence) > 4096))
        abort();
}

static void
host_reason (mugai_call *call, const char *code, const char *evidence)
{
    (void)call, (void)code, (void)evidence;
}

static int
host_put (mugai_call *call, const void *data, size_t size)
{
    mugai_buffer_add_whole (&call->own, data, size);
    return mugai_buffer_ok (&call->own) ? 0 : -1;
}

static int
host_put_type (mugai_call *call, const char *type)
{
    (void)call, (void)type;
    return 0;
}

static int
host_child_add (mugai_call *call, const char *name, const char *declared, const void *data,
                size_t size)
{
    (void)name, (void)declared, (void)data, (void)size;
    return call->children < 1000 ? call->children++ : -1;
}

static const mugai_host host = { .size_of = sizeof host,
                                 .abi = MUGAI_FILTER_ABI,
                                 .finding = host_finding,
                                 .reason = host_reason,
                                 .put = host_put,
                                 .put_type = host_put_type,
                                 .child_add = host_child_add };

static const uint8_t placeholder[] = {
#include "message/placeholder.inc"
};

/* A ZIP of the members that @data lists. */
static MugaiZip
make_zip (const char *data, size_t size)
{
    MugaiZip zip = mugai_zip (OUTPUT);
    char taken[MEMBERS][64];
    unsigned count = 0;

    for (const char *at = data, *end = data + size; at != NULL && at < end && count < MEMBERS;) {
        const char *line = memmem (at, (size_t)(end - at), "@@", 2);
        const char *stop = line != NULL ? memchr (line, '\n', (size_t)(end - line)) : NULL;
        if (stop == NULL || stop - line - 2 >= 64 || stop - line == 2)
            break;
        const char *next = memmem (stop, (size_t)(end - stop), "\n@@", 3);
        size_t length = (size_t)((next != NULL ? next : end) - stop - 1);
        bool twice = false;
        memset (taken[count], 0, 64);
        memcpy (taken[count], line + 2, (size_t)(stop - line - 2));
        for (unsigned i = 0; i < count; i++)
            twice = twice || strcmp (taken[i], taken[count]) == 0;
        if (next != NULL && next == stop)
            length = 0;
        if (!twice && strlen (taken[count]) == (size_t)(stop - line - 2))
            mugai_zip_add (&zip, taken[count++], stop + 1, length, false);
        at = next != NULL ? next + 1 : NULL;
    }
    return zip;
}

static void
check (MugaiGrammar grammar, const mugai_call *call)
{
    MugaiPackagePicture *pictures = calloc ((size_t)call->children + 1, sizeof *pictures);
    MugaiZip out = mugai_zip (OUTPUT);
    MugaiPlan plan;
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult result;

    for (int i = 0; i < call->children; i++)
        pictures[i] = (MugaiPackagePicture){ .data = placeholder, .size = sizeof placeholder };
    if (mugai_plan_read (call->own.data, call->own.size, &plan) != 0 ||
        !mugai_package_write_opc (&plan, pictures, &out) || !mugai_zip_end (&out))
        abort();
    limits.output = OUTPUT;
    mugai_verify (grammar, (const uint8_t *)out.file.data, out.file.size, &limits, &result);
    if (!result.verdict.ok) {
        fprintf (stderr, "%s %s %s\n", result.verdict.clause, result.verdict.path,
                 result.verdict.why);
        abort();
    }
    mugai_verify_result_clear (&result);
    mugai_plan_clear (&plan);
    mugai_zip_clear (&out);
    free (pictures);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const struct {
        char letter;
        const char *type;
        MugaiGrammar grammar;
    } kinds[] = { { 'd', "docx", MUGAI_GRAMMAR_DOCX },
                  { 'x', "xlsm", MUGAI_GRAMMAR_XLSX },
                  { 'p', "pptx", MUGAI_GRAMMAR_PPTX } };
    mugai_call call = { .own = mugai_buffer (OUTPUT) };

    for (size_t i = 0; size > 0 && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (data[0] != kinds[i].letter)
            continue;
        MugaiZip zip = make_zip ((const char *)data + 1, size - 1);
        if (mugai_zip_end (&zip)) {
            mugai_part part = { .size_of = sizeof part,
                                .data = (const uint8_t *)zip.file.data,
                                .size = zip.file.size,
                                .type = kinds[i].type,
                                .name = "a",
                                .path = "",
                                .language = "ja",
                                .output_max = OUTPUT,
                                .expanded_left = OUTPUT,
                                .depth_max = 8 };
            if (mugai_filter()->run (&host, &call, &part) == MUGAI_REPLACE)
                check (kinds[i].grammar, &call);
        }
        mugai_zip_clear (&zip);
    }
    mugai_buffer_clear (&call.own);
    return 0;
}
