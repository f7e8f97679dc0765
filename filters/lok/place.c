/* SPDX-License-Identifier: Apache-2.0 */
#include "lok/place.h"

#include "lok/lok.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_ROOM = 256, FOLDERS = 24 };

/* Where distributions and The Document Foundation put it. */
static const char *const roots[] = {
    "/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/usr/local/lib/libreoffice",
    "/opt/libreoffice",     "/opt/libreoffice7.6",    "/opt/libreoffice24.8",
    "/opt/libreoffice25.2",
};

/* Its settings, fonts and their lists, languages, the linker's list, time zones. */
static const char *const others[] = {
    "/etc/libreoffice",       "/var/spool/libreoffice",
    "/var/lib/libreoffice",   "/usr/share/libreoffice",
    "/usr/share/liblangtag",  "/usr/share/fonts",
    "/usr/local/share/fonts", "/etc/fonts",
    "/usr/share/fontconfig",  "/var/cache/fontconfig",
    "/etc/ld.so.cache",       "/usr/share/zoneinfo",
};

/* Without it every workbook fails to load; packages without a graphical interface leave it out. The
 * names are those that sc/source/ui/app/inputwin.cxx of LibreOffice asks for; nothing is shown. */
static const char input_bar[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<interface>\n"
    "<requires lib=\"gtk+\" version=\"3.20\"/>\n"
    "<object class=\"GtkBox\" id=\"InputBar\">\n"
    "<property name=\"visible\">True</property>\n"
    "<child><object class=\"GtkBox\" id=\"background\">\n"
    "<property name=\"visible\">True</property>\n"
    "<child><object class=\"GtkScrolledWindow\" id=\"scrolledwindow\">\n"
    "<property name=\"visible\">True</property>\n"
    "<child><object class=\"GtkViewport\">\n"
    "<property name=\"visible\">True</property>\n"
    "<child><object class=\"GtkDrawingArea\" id=\"sc_input_window\">\n"
    "<property name=\"visible\">True</property>\n"
    "</object></child>\n"
    "</object></child>\n"
    "</object></child>\n"
    "<child><object class=\"GtkButton\" id=\"up\">\n"
    "<property name=\"visible\">True</property></object></child>\n"
    "<child><object class=\"GtkButton\" id=\"down\">\n"
    "<property name=\"visible\">True</property></object></child>\n"
    "</object></child>\n"
    "</object>\n"
    "</interface>\n";

/* The same for a Word document with a comment: sw/source/uibase/docvw/AnnotationWin2.cxx. */
static const char annotation[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<interface>\n"
    "<requires lib=\"gtk+\" version=\"3.20\"/>\n"
    "<object class=\"GtkMenu\" id=\"menu1\"><property name=\"visible\">True</property></object>\n"
    "<object class=\"GtkBox\" id=\"Annotation\">\n"
    "<property name=\"visible\">True</property>\n"
    "<child><object class=\"GtkScrolledWindow\" id=\"scrolledwindow\">\n"
    "<property name=\"visible\">True</property>\n"
    "<child><object class=\"GtkViewport\">\n"
    "<property name=\"visible\">True</property>\n"
    "<child><object class=\"GtkDrawingArea\" id=\"editview\">\n"
    "<property name=\"visible\">True</property>\n"
    "</object></child>\n"
    "</object></child>\n"
    "</object></child>\n"
    "<child><object class=\"GtkLabel\" id=\"author\">\n"
    "<property name=\"visible\">True</property></object></child>\n"
    "<child><object class=\"GtkLabel\" id=\"date\">\n"
    "<property name=\"visible\">True</property></object></child>\n"
    "<child><object class=\"GtkLabel\" id=\"resolved\">\n"
    "<property name=\"visible\">True</property></object></child>\n"
    "<child><object class=\"GtkMenuButton\" id=\"menubutton\">\n"
    "<property name=\"visible\">True</property>\n"
    "<property name=\"popup\">menu1</property></object></child>\n"
    "</object>\n"
    "</interface>\n";

const char *lok_place_folders[FOLDERS + 1];
mugai_room_file lok_place_files[2];

static struct {
    char program[PATH_ROOM], app[PATH_ROOM], merged[PATH_ROOM], modules[PATH_ROOM];
    char libc[PATH_ROOM], stdcxx[PATH_ROOM];
    const char *libraries[3];
} found;

static bool
is_there (const char *root, const char *below, char *ret)
{
    return snprintf (ret, PATH_ROOM, "%s/%s", root, below) < PATH_ROOM && access (ret, R_OK) == 0;
}

/* The first that has the library and something to convert with. */
static const char *
find_root (void)
{
    char path[PATH_ROOM];

    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
        if ((is_there (roots[i], "program/libsofficeapp.so", path) ||
             is_there (roots[i], "program/libmergedlo.so", path)) &&
            (is_there (roots[i], "program/libswlo.so", path) ||
             is_there (roots[i], "program/libmergedlo.so", path)))
            return roots[i];
    return NULL;
}

static size_t
add_folder (size_t n, const char *path)
{
    if (n < FOLDERS)
        lok_place_folders[n++] = path;
    return n;
}

/* The folder of the library in which @symbol is: the host's shared libraries stand there. */
static size_t
add_library_folder (size_t n, void *symbol, char *room)
{
    Dl_info info;
    char whole[4096];

    if (dladdr (symbol, &info) == 0 || realpath (info.dli_fname, whole) == NULL)
        return n;
    char *slash = strrchr (whole, '/');
    if (slash == NULL || slash == whole || (size_t)(slash - whole) >= PATH_ROOM)
        return n;
    *slash = '\0';
    strcpy (room, whole);
    return add_folder (n, room);
}

bool
lok_place_find (void)
{
    const char *root = find_root();
    size_t n = 0;

    if (root == NULL)
        return false;
    n = add_library_folder (n, (void *)&setenv, found.libc);
    n = add_folder (n, root);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        n = add_folder (n, others[i]);
    snprintf (found.program, PATH_ROOM, "%s/program", root);
    snprintf (found.app, PATH_ROOM, "%s/program/libsofficeapp.so", root);
    snprintf (found.merged, PATH_ROOM, "%s/program/libmergedlo.so", root);
    found.libraries[0] = found.app;
    found.libraries[1] = found.merged;
    snprintf (found.modules, PATH_ROOM, "%s/share/config/soffice.cfg/modules", root);
    lok_place_files[0] = (mugai_room_file){ .folder = found.modules,
                                            .name = "scalc/ui/inputbar.ui",
                                            .text = input_bar };
    lok_place_files[1] = (mugai_room_file){ .folder = found.modules,
                                            .name = "swriter/ui/annotation.ui",
                                            .text = annotation };
    return true;
}

const char *
lok_place_program (void)
{
    return found.program;
}

const char *const *
lok_place_libraries (void)
{
    return found.libraries;
}

const char *
lok_lacks (int japanese)
{
    if (find_root() != NULL)
        return NULL;
    return japanese ? "LibreOfficeがありません。libreoffice-writer-nogui、libreoffice-calc-nogui、"
                      "libreoffice-impress-nogui（各パッケージ）を導入してください"
                    : "LibreOffice is not there; install the packages libreoffice-writer-nogui, "
                      "libreoffice-calc-nogui and libreoffice-impress-nogui";
}
