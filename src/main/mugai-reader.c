/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-reader: the zygote whose children read the structure of one mail each a second time, with
 * GMime (message/second-reader.h). The built-in filter runs as mugai-render would run it.
 *
 * Powers: before the lock-down, whatever the user has. Afterwards profile `render`: its channel and
 * the descriptors that come over it, nothing else. Trust: the mail is hostile; the list that comes
 * of it may be a lie. Never run by hand: mugaid and `mugai sanitize` start it. Exit: 2 usage.
 */
#include "chain/render.h"
#include "message/second-reader.h"
#include "sandbox/shed.h"
#include "sandbox/zygote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

static const char help[] =
    "Usage: mugai-reader --zygote [--partial]\n"
    "Read the structure of mails a second time in sandboxed children. Started by mugaid and "
    "mugai.\n\n"
    "  --zygote   serve the control socket at descriptor 3\n"
    "  --partial  accept a host that lacks a sandbox step (sandbox: partial)\n"
    "  --help     this text\n"
    "  --version  version\n";

/* What GMime brings along for encryption, files and types that a child never touches. */
static const char *const unused_libraries[] = { "libgpgme.so",
                                                "libassuan.so",
                                                "libgpg-error.so",
                                                "libmount.so",
                                                "libblkid.so",
                                                "libselinux.so",
                                                "libgmodule-2.0.so",
                                                "libgio-2.0.so",
                                                "libseccomp.so",
                                                "libffi.so",
                                                NULL };

int
main (int argc, char **argv)
{
    static MugaiModule module;
    MugaiSandboxOptions options = { 0 };
    bool zygote = false;

    for (int i = 1; i < argc; i++) {
        if (strcmp (argv[i], "--help") == 0) {
            fputs (help, stdout);
            return EXIT_SUCCESS;
        }
        if (strcmp (argv[i], "--version") == 0) {
            puts ("mugai-reader " MUGAI_VERSION);
            return EXIT_SUCCESS;
        }
        if (strcmp (argv[i], "--zygote") == 0)
            zygote = true;
        else if (strcmp (argv[i], "--partial") == 0)
            options.partial = true;
        else {
            fprintf (stderr, "mugai-reader: unknown argument \"%s\"; see --help\n", argv[i]);
            return EXIT_USAGE;
        }
    }
    if (!zygote) {
        fputs ("mugai-reader: needs --zygote; it is started by mugaid and mugai\n", stderr);
        return EXIT_USAGE;
    }
    module.info = *mugai_second_reader_info();
    if (!mugai_module_setup (&module))
        return EXIT_USAGE;
    mugai_sandbox_shed (unused_libraries);
    return mugai_zygote_run (MUGAI_ZYGOTE_FD, MUGAI_PROFILE_RENDER, &options, mugai_render_child,
                             &module);
}
