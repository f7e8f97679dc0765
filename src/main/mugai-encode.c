/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-encode: the zygote of the processes that turn typed frames into PNG and JPEG. They never
 * see the document that the frames were made from.
 *
 * Powers: locks itself down at once (profile `encode`): its channel and the descriptors that come
 * over it. Never run by hand: mugaid and `mugai sanitize` start it. Exit: 2 usage.
 */
#include "encode/encode.h"
#include "sandbox/zygote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: mugai-encode --zygote [--partial]\n"
    "Turn typed frames of isolated filters into PNG and JPEG. Started by mugaid and mugai.\n\n"
    "  --zygote   serve the control socket at descriptor 3\n"
    "  --partial  accept a host that lacks a sandbox step (sandbox: partial)\n"
    "  --help     this text\n"
    "  --version  version\n";

int
main (int argc, char **argv)
{
    MugaiSandboxOptions options = { 0 };
    bool zygote = false;

    for (int i = 1; i < argc; i++) {
        if (strcmp (argv[i], "--help") == 0) {
            fputs (help, stdout);
            return EXIT_SUCCESS;
        }
        if (strcmp (argv[i], "--version") == 0) {
            puts ("mugai-encode " MUGAI_VERSION);
            return EXIT_SUCCESS;
        }
        if (strcmp (argv[i], "--zygote") == 0) {
            zygote = true;
        } else if (strcmp (argv[i], "--partial") == 0) {
            options.partial = true;
        } else {
            fprintf (stderr, "mugai-encode: unknown argument \"%s\"; see --help\n", argv[i]);
            return 2;
        }
    }
    if (!zygote) {
        fputs ("mugai-encode: needs --zygote; it is started by mugaid and mugai\n", stderr);
        return 2;
    }
    return mugai_zygote_run (MUGAI_ZYGOTE_FD, MUGAI_PROFILE_ENCODE, &options, mugai_encode_child,
                             NULL);
}
