/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/pdf.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static const MugaiPdfApi *library;

static const MugaiPdfApi *
load (const void *symbol)
{
    char path[4096];
    Dl_info where;

    if (dladdr (symbol, &where) == 0 || where.dli_fname == NULL)
        return NULL;
    const char *slash = strrchr (where.dli_fname, '/');
    int n = snprintf (path, sizeof path, "%.*s/pdf/libmugai-pdf.so",
                      slash != NULL ? (int)(slash - where.dli_fname) : 1,
                      slash != NULL ? where.dli_fname : ".");
    if (n < 0 || (size_t)n >= sizeof path)
        return NULL;
    void *handle = dlopen (path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return NULL;
    const MugaiPdfApi *api = dlsym (handle, MUGAI_PDF_SYMBOL);
    if (api != NULL && api->api == MUGAI_PDF_API && api->setup() == 0)
        return api;
    dlclose (handle);
    return NULL;
}

int
pdf_module_setup (const mugai_host *host)
{
    (void)host;
    library = load ((const void *)&library);
    return library != NULL ? 0 : -1;
}

int
pdf_module_inspect (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return library->inspect (host, call, part);
}

const MugaiPdfApi *
pdf_module_library (void)
{
    return library;
}
