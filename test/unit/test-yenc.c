/* SPDX-License-Identifier: Apache-2.0
 *
 * Files in yEnc: taken out of the bytes of a text before its charset is looked at.
 */
#include "tap.h"

#include "message/yenc.h"

#include <glib.h>
#include <string.h>

typedef struct Row {
    const char *in, *out, *files;
} Row;

static void
gather (void *data, const char *name, GBytes *file)
{
    GString *all = data;
    size_t size;
    const char *bytes = g_bytes_get_data (file, &size);

    g_string_append_printf (all, "%s=", name);
    g_string_append_len (all, bytes, (gssize)size);
    g_string_append_c (all, ';');
}

int
main (void)
{
    static const Row rows[] = {
        { "", "", "" },
        { "no file", "no file", "" },
        { "a\r\n=ybegin line=128 size=3 name=c a t \r\nm\x8b\x9e\r\n=yend size=3\r\nb",
          "a\r\n[yEnc]\nb", "c a t =Cat;" },
        { "=ybegin part=1 name=x\n=ypart begin=1 end=1\nm\n=yend\n=ybegin\nx", "[yEnc]\n=ybegin\nx",
          "x=C;" },
        { "=ybegin line=1\n=}=\n=yend", "[yEnc]\n", "=\x13\x13;" },
        { "=ybegin name=x\nno end\n=ybegin name=y\n", "=ybegin name=x\nno end\n=ybegin name=y\n",
          "" },
        { "x =ybegin name=x\n=yend\n", "x =ybegin name=x\n=yend\n", "" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GString) files = g_string_new (NULL);
        g_autoptr (GBytes) in = g_bytes_new_static (rows[i].in, strlen (rows[i].in));
        g_autoptr (GBytes) out = mugai_yenc_take (in, gather, files);
        size_t size;
        const char *text = g_bytes_get_data (out, &size);

        CHECK_NAMED (size == strlen (rows[i].out) && memcmp (text, rows[i].out, size) == 0,
                     "text %zu", i);
        CHECK_NAMED (strcmp (files->str, rows[i].files) == 0, "files %zu", i);
    }
    return tap_done();
}
