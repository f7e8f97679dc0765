/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-render: the zygote of one filter that does not run in the walk. Loads the module, sets it
 * up, locks itself down, forks; each child runs the filter on one document (chain/render.h) and
 * ends.
 *
 * Powers: before the lock-down, whatever the user has, for dlopen() and setup(). Afterwards profile
 * `render` or `supervised`: its channel and the descriptors that come over it, nothing else.
 * Never run by hand: mugaid and `mugai sanitize` start it. Exit: 2 usage or a broken module.
 */
#include "chain/module.h"
#include "chain/render.h"
#include "sandbox/zygote.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

static const char *arg_filter;
static bool arg_zygote, arg_partial;

static const char help[] =
    "Usage: mugai-render --zygote [--partial] --filter FILE\n"
    "Run the filter module FILE on single documents, isolated. Started by mugaid and mugai.\n\n"
    "  --zygote       serve the control socket at descriptor 3\n"
    "  --partial      accept a host that lacks a sandbox step (sandbox: partial)\n"
    "  --filter FILE  the module: ISOLATED, CONVERTER or SUPERVISED\n"
    "  --help         this text\n"
    "  --version      version\n";

/* Returns: an exit status to end with, or -1 to go on. */
static int
read_arguments (int argc, char **argv)
{
    static const struct option options[] = {
        { "zygote", no_argument, NULL, 'z' },       { "partial", no_argument, NULL, 'p' },
        { "filter", required_argument, NULL, 'f' }, { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },      { NULL, 0, NULL, 0 },
    };

    for (int c; (c = getopt_long (argc, argv, "", options, NULL)) != -1;) {
        if (c == 'z') {
            arg_zygote = true;
        } else if (c == 'p') {
            arg_partial = true;
        } else if (c == 'f') {
            arg_filter = optarg;
        } else if (c == 'h') {
            fputs (help, stdout);
            return EXIT_SUCCESS;
        } else if (c == 'V') {
            puts ("mugai-render " MUGAI_VERSION);
            return EXIT_SUCCESS;
        } else {
            return EXIT_USAGE;
        }
    }
    if (optind == argc && arg_zygote && arg_filter != NULL)
        return -1;
    fputs ("mugai-render: needs --zygote and --filter FILE; it is started by mugaid and mugai\n",
           stderr);
    return EXIT_USAGE;
}

int
main (int argc, char **argv)
{
    static MugaiModule module;
    MugaiSandboxOptions options = { 0 };
    char why[MUGAI_MODULE_WHY];
    int done = read_arguments (argc, argv);

    if (done >= 0)
        return done;
    if (!mugai_module_open (arg_filter, &module, why)) {
        fprintf (stderr, "mugai-render: %s\n", why);
        return EXIT_USAGE;
    }
    if (module.info.runs == MUGAI_RUNS_WALK) {
        fprintf (stderr, "mugai-render: %s: runs in the walk, not here\n", arg_filter);
        return EXIT_USAGE;
    }
    if (!mugai_module_setup (&module)) {
        fprintf (stderr, "mugai-render: %s: setup of %s failed\n", arg_filter, module.info.name);
        return EXIT_USAGE;
    }
    options.partial = arg_partial;
    bool supervised = module.info.runs == MUGAI_RUNS_SUPERVISED;
    return mugai_zygote_run (MUGAI_ZYGOTE_FD,
                             supervised ? MUGAI_PROFILE_SUPERVISED : MUGAI_PROFILE_RENDER, &options,
                             mugai_render_child, &module);
}
