/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai verify: runs mugai-verify, which shares no code with anything here.
 */
#include "cli/cli.h"

#include "pool/programs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int
mugai_cli_verify (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiPrograms) programs = mugai_programs_find (NULL, &error);

    (void)argc;
    if (programs == NULL)
        return mugai_cli_error ("verify", error);
    g_autofree char *path = g_build_filename (programs->folder, "mugai-verify", NULL);
    execv (path, argv);
    return mugai_cli_usage ("verify", "%s: %s; reinstall Mugai", path, strerror (errno));
}
