/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-office: the zygote of one filter that needs an office program: files of the host to read,
 * threads, a folder of its own (mugai_room of mugai/filter.h). Loads the module, locks itself down,
 * lets the module start what it needs, forks; each child makes that ready ahead of the one document
 * it gets (chain/render.h), and ends with it.
 *
 * Powers: before the lock-down, whatever the user has, for dlopen() and setup(). Afterwards profile
 * `office`: its channel and the descriptors that come over it, the folders of the room to read, and
 * in each child an empty /tmp in memory. Never run by hand: mugaid and `mugai sanitize` start it.
 * Exit: 2 usage or a broken module.
 */
#include "chain/module.h"
#include "chain/render.h"
#include "sandbox/asan.h"
#include "sandbox/room.h"
#include "sandbox/zygote.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2, EXIT_NOT_READY = 70, FILES = 16 };

static const char *arg_filter;
static bool arg_zygote, arg_partial;

static const char help[] =
    "Usage: mugai-office --zygote [--partial] --filter FILE\n"
    "Run the filter module FILE, which needs an office program, on single documents, isolated.\n"
    "Started by mugaid and mugai.\n\n"
    "  --zygote       serve the control socket at descriptor 3\n"
    "  --partial      accepted and without effect: an office program needs the whole sandbox\n"
    "  --filter FILE  the module\n"
    "  --help         this text\n"
    "  --version      version\n";

#ifdef MUGAI_ASAN
/* Fixed name (sanitizer/asan_interface.h). The office program has an allocator and habits of its
 * own. */
const char *__asan_default_options (void);
const char *
__asan_default_options (void)
{
    return "alloc_dealloc_mismatch=0:detect_odr_violation=0:new_delete_type_mismatch=0";
}
#endif

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
            puts ("mugai-office " MUGAI_VERSION);
            return EXIT_SUCCESS;
        } else {
            return EXIT_USAGE;
        }
    }
    if (optind == argc && arg_zygote && arg_filter != NULL)
        return -1;
    fputs ("mugai-office: needs --zygote and --filter FILE; it is started by mugaid and mugai\n",
           stderr);
    return EXIT_USAGE;
}

static MugaiRoom
room_of (const mugai_room *given)
{
    static MugaiRoomFile files[FILES];
    MugaiRoom room = { .read = given->read, .work = "/tmp", .work_size = given->work_size };

    for (size_t i = 0; i < given->n_files && i < FILES; i++) {
        const mugai_room_file *file =
            (const void *)((const char *)given->files + i * given->file_size);
        files[i] =
            (MugaiRoomFile){ .folder = file->folder, .name = file->name, .text = file->text };
        room.n_files++;
    }
    room.files = files;
    return room;
}

static int
warm (void *data)
{
    const MugaiModule *module = data;

    return module->info.room->warm != NULL ? module->info.room->warm() : 0;
}

static int
serve (void *data, int channel)
{
    const MugaiModule *module = data;

    if (module->info.room->begin != NULL && module->info.room->begin() != 0)
        return EXIT_NOT_READY;
    return mugai_render_child (data, channel);
}

int
main (int argc, char **argv)
{
    static MugaiModule module;
    char why[MUGAI_MODULE_WHY];
    int done = read_arguments (argc, argv);

    if (done >= 0)
        return done;
    if (!mugai_module_open (arg_filter, &module, why)) {
        fprintf (stderr, "mugai-office: %s\n", why);
        return EXIT_USAGE;
    }
    if (module.info.room == NULL) {
        fprintf (stderr, "mugai-office: %s: needs no room, mugai-render runs it\n", arg_filter);
        return EXIT_USAGE;
    }
    if (!mugai_module_setup (&module)) {
        fprintf (stderr, "mugai-office: %s: setup of %s failed\n", arg_filter, module.info.name);
        return EXIT_USAGE;
    }
    const MugaiRoom room = room_of (module.info.room);
    const MugaiSandboxOptions options = { .partial = arg_partial, .room = &room };
    return mugai_zygote_run_warm (MUGAI_ZYGOTE_FD, MUGAI_PROFILE_OFFICE, &options, warm, serve,
                                  &module);
}
