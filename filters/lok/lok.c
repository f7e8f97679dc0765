/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: LibreOffice hands out tables of functions that only ever grow at their end and
 * begin with their size (LibreOfficeKit/LibreOfficeKit.h of 5.0 and later); the few members that
 * are called here are declared here, so that neither its headers nor the graphical toolkit they
 * come with are needed to build.
 *
 * What it deliberately does not do: keep LibreOffice alive for a second document, or unload it: the
 * process ends with _exit.
 */
#include "lok/lok.h"

#include "lok/place.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where it would look by itself, given our XDG_CONFIG_HOME: the zygote reads its settings there
 * before it is told of any profile. */
#define FOLDER   "/tmp/libreoffice/4"
#define PROFILE  "file://" FOLDER
#define SETTINGS FOLDER "/user/registrymodifications.xcu"
#define SOURCE   "/tmp/source."
#define RESULT   "/tmp/result."

/* No dialogue may wait for an answer, no macro may run. */
static const char load_options[] = "Batch=true,EnableMacrosExecution=false,MacroSecurityLevel=3";

typedef struct Office Office;
typedef struct Document Document;

typedef struct {
    size_t size;
    void (*destroy) (Office *);
    Document *(*load) (Office *, const char *url);
    char *(*get_error) (Office *);
    Document *(*load_with_options) (Office *, const char *url, const char *options); /* 5.0 */
} OfficeClass;

struct Office {
    const OfficeClass *class;
};

typedef struct {
    size_t size;
    void (*destroy) (Document *);
    int (*save_as) (Document *, const char *url, const char *format, const char *options);
    int (*get_type) (Document *);
} DocumentClass;

struct Document {
    const DocumentClass *class;
};

static struct {
    void *library;
    Office *office;
} loaded;

static const LokType types[] = {
    { "doc", "doc", LOK_TEXT },     { "dot", "dot", LOK_TEXT },      { "rtf", "rtf", LOK_TEXT },
    { "wps", "wps", LOK_TEXT },     { "wpd", "wpd", LOK_TEXT },      { "hwp", "hwp", LOK_TEXT },
    { "sxw", "sxw", LOK_TEXT },     { "docx", "docx", LOK_TEXT },    { "docm", "docm", LOK_TEXT },
    { "dotx", "dotx", LOK_TEXT },   { "dotm", "dotm", LOK_TEXT },    { "odt", "odt", LOK_TEXT },
    { "ott", "ott", LOK_TEXT },     { "xls", "xls", LOK_SHEET },     { "xlt", "xlt", LOK_SHEET },
    { "xlsb", "xlsb", LOK_SHEET },  { "slk", "slk", LOK_SHEET },     { "dif", "dif", LOK_SHEET },
    { "lotus", "wk1", LOK_SHEET },  { "xlsx", "xlsx", LOK_SHEET },   { "xlsm", "xlsm", LOK_SHEET },
    { "xltx", "xltx", LOK_SHEET },  { "xltm", "xltm", LOK_SHEET },   { "ods", "ods", LOK_SHEET },
    { "ots", "ots", LOK_SHEET },    { "ppt", "ppt", LOK_SLIDES },    { "pptx", "pptx", LOK_SLIDES },
    { "pptm", "pptm", LOK_SLIDES }, { "ppsx", "ppsx", LOK_SLIDES },  { "ppsm", "ppsm", LOK_SLIDES },
    { "potx", "potx", LOK_SLIDES }, { "potm", "potm", LOK_SLIDES },  { "odp", "odp", LOK_SLIDES },
    { "otp", "otp", LOK_SLIDES },   { "odg", "odg", LOK_DRAWING },   { "vsd", "vsd", LOK_DRAWING },
    { "pub", "pub", LOK_DRAWING },  { "fodg", "fodg", LOK_DRAWING },
};

const LokType *
lok_type (const char *id)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp (types[i].id, id) == 0)
            return &types[i];
    return NULL;
}

/* ---- LibreOffice itself */

/* A new version tests how it draws on surfaces of 64 MB, which is most of its start; a profile that
 * was never used counts as an old version's (utl::isProductVersionUpgraded). */
static const char settings[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">\n"
    "<item oor:path=\"/org.openoffice.Setup/Product\"><prop oor:name=\"ooSetupLastVersion\" "
    "oor:op=\"fuse\"><value>999.0</value></prop></item>\n"
    "</oor:items>\n";

static bool
write_file (const char *path, const void *data, size_t size)
{
    int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t done = 0;

    while (fd >= 0 && done < size) {
        ssize_t n = write (fd, (const uint8_t *)data + done, size - done);
        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    return fd >= 0 && close (fd) == 0 && done == size;
}

static bool
write_profile (void)
{
    return mkdir ("/tmp/libreoffice", 0700) == 0 && mkdir (FOLDER, 0700) == 0 &&
           mkdir (FOLDER "/user", 0700) == 0 &&
           write_file (SETTINGS, settings, sizeof settings - 1);
}

static int
lok_warm (void)
{
    int (*preinit) (const char *program, const char *profile);

    for (const char *const *file = lok_place_libraries(); *file != NULL && loaded.library == NULL;
         file++)
        loaded.library = dlopen (*file, RTLD_NOW | RTLD_LOCAL);
    if (loaded.library == NULL || !write_profile())
        return -1;
    *(void **)&preinit = dlsym (loaded.library, "lok_preinit");
    return preinit != NULL ? preinit (lok_place_program(), PROFILE) : -1;
}

static int
lok_begin (void)
{
    Office *(*hook) (const char *program, const char *profile);

    if (!write_profile())
        return -1;
    *(void **)&hook = dlsym (loaded.library, "libreofficekit_hook_2");
    loaded.office = hook != NULL ? hook (lok_place_program(), PROFILE) : NULL;
    return loaded.office != NULL && loaded.office->class->size >= sizeof (OfficeClass) ? 0 : -1;
}

const mugai_room lok_room = {
    .size_of = sizeof lok_room,
    .read = lok_place_folders,
    .files = lok_place_files,
    .n_files = 2,
    .file_size = sizeof lok_place_files[0],
    .work_size = 1 << 30,
    .warm = lok_warm,
    .begin = lok_begin,
};

int
lok_setup (const mugai_host *host)
{
    static const char *const environment[][2] = {
        { "SAL_USE_VCLPLUGIN", "svp" },     /* no display */
        { "SAL_DISABLE_PRINTERLIST", "1" }, /* no CUPS */
        { "SAL_DISABLE_SYNCHRONOUS_PRINTER_DETECTION", "1" },
        { "MAX_CONCURRENCY", "1" }, /* no pool of threads */
        { "HOME", "/tmp" },
        { "TMPDIR", "/tmp" },
        { "XDG_CONFIG_HOME", "/tmp" },
        { "XDG_CACHE_HOME", "/tmp" },
        { "XDG_DATA_HOME", "/tmp" },
    };

    (void)host;
    for (size_t i = 0; i < sizeof environment / sizeof environment[0]; i++)
        if (setenv (environment[i][0], environment[i][1], 1) != 0)
            return -1;
    return lok_place_find() ? 0 : -1;
}

/* ---- one document */

static LokResult
put_file (const mugai_host *host, mugai_call *call, const char *path)
{
    static uint8_t buffer[1 << 16];
    int fd = open (path, O_RDONLY | O_CLOEXEC);
    uint64_t total = 0;
    ssize_t n;

    if (fd < 0)
        return LOK_FAILED;
    while ((n = read (fd, buffer, sizeof buffer)) > 0) {
        total += (uint64_t)n;
        if (host->put (call, buffer, (size_t)n) != 0) {
            close (fd);
            return LOK_TOO_LARGE;
        }
    }
    close (fd);
    return n == 0 && total > 0 ? LOK_DONE : LOK_FAILED;
}

static const char *
last_error (void)
{
    return loaded.office->class->get_error (loaded.office);
}

static LokResult
save (const mugai_host *host, mugai_call *call, Document *document, const char *format)
{
    char path[64], url[80];

    snprintf (path, sizeof path, RESULT "%s", format);
    snprintf (url, sizeof url, "file://%s", path);
    if (!document->class->save_as (document, url, format, NULL))
        return LOK_FAILED;
    return host->put_type (call, format) != 0 ? LOK_FAILED : put_file (host, call, path);
}

LokResult
lok_convert (const mugai_host *host, mugai_call *call, const mugai_part *part,
             const char *const formats[LOK_OTHER], const char **why)
{
    const LokType *type = lok_type (part->type);
    char path[64], url[80];

    *why = NULL;
    if (type == NULL || loaded.office == NULL)
        return LOK_UNREADABLE;
    snprintf (path, sizeof path, SOURCE "%s", type->extension);
    snprintf (url, sizeof url, "file://%s", path);
    if (!write_file (path, part->data, part->size))
        return LOK_TOO_LARGE;
    Document *document = loaded.office->class->load_with_options (loaded.office, url, load_options);
    if (document == NULL || document->class->size < sizeof (DocumentClass)) {
        *why = last_error();
        return LOK_UNREADABLE;
    }
    int kind = document->class->get_type (document);
    if (kind != (int)type->kind || formats[kind] == NULL)
        return LOK_NOT_THAT;
    LokResult result = save (host, call, document, formats[kind]);
    if (result == LOK_FAILED)
        *why = last_error();
    return result;
}
