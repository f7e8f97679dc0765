/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/keep-open.h"

#include "cli/cli.h"
#include "core/error.h"
#include "pool/programs.h"

enum { CONNECT_US = 5000000 };

static bool
open_folder (const char *folder, MugaiKeepOpened *ret, GError **error)
{
    if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s: no such folder; name the folder of a keep", folder);
        return false;
    }
    MugaiPrograms *programs = mugai_programs_find (NULL, error);
    if (programs == NULL)
        return false;
    ret->keeper = mugai_keeper_open (programs->folder, folder, NULL, error);
    mugai_programs_free (programs);
    ret->client = ret->keeper != NULL ? mugai_keeper_client (ret->keeper) : NULL;
    return ret->client != NULL;
}

bool
mugai_keep_open (const char *socket, const char *folder, MugaiKeepOpened *ret, GError **error)
{
    g_autoptr (GError) cause = NULL;

    if (folder != NULL)
        return open_folder (folder, ret, error);
    ret->own = mugai_keep_connect (socket != NULL ? socket : MUGAI_CLI_KEEP, MUGAI_VERSION,
                                   CONNECT_US, &cause);
    ret->client = ret->own;
    if (cause != NULL && g_error_matches (cause, MUGAI_ERROR, MUGAI_ERROR_RESOURCE))
        g_prefix_error (
            &cause, "%s",
            mugai_cli_text ("is mugaid running? else use --socket or --dir: ",
                            "mugaidは動いていますか。--socketか--dirでも指定できます: "));
    if (cause != NULL)
        g_propagate_error (error, g_steal_pointer (&cause));
    return ret->client != NULL;
}

void
mugai_keep_opened_clear (MugaiKeepOpened *opened)
{
    g_clear_pointer (&opened->own, mugai_keep_free);
    g_clear_pointer (&opened->keeper, mugai_keeper_close);
    opened->client = NULL;
}
