/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-test-sniff: type, what else it is, bytes behind its end and name of each file, by tabs; "?" behind a type that
 * nothing speaks for. For tests and for looking at files. Never installed.
 */
#include "message/filename.h"
#include "message/sniff.h"

#include <glib.h>
#include <stdio.h>

int
main (int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        g_autofree char *data = NULL, *extension = mugai_filename_extension (argv[i]);
        gsize size;

        if (!g_file_get_contents (argv[i], &data, &size, NULL))
            continue;
        MugaiSniff window = mugai_sniff_window (data, size);
        MugaiSniffed sniffed = mugai_sniff (&window, "", extension);
        printf ("%s%s\t%s\t%" G_GUINT64_FORMAT "\t%s\n", sniffed.type->id, sniffed.weak ? "?" : "",
                sniffed.also != NULL ? sniffed.also : "", sniffed.trailing, argv[i]);
    }
    return 0;
}
