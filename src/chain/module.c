/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: dlopen with RTLD_NOW, so that a missing symbol shows here and not in the middle of
 * a mail, and RTLD_LOCAL, so that two filters never see each other. The description is copied as
 * far as both sides know it, tables entry by entry with the filter's own entry size.
 */
#include "chain/module.h"

#include "base/kind.h"
#include "chain/linked.h"
#include "chain/params.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

__attribute__ ((format (printf, 3, 4))) static bool
refuse (char *why, const char *file, const char *format, ...)
{
    char text[MUGAI_PARAMS_WHY + 64];
    va_list args;

    va_start (args, format);
    vsnprintf (text, sizeof text, format, args);
    va_end (args);
    snprintf (why, MUGAI_MODULE_WHY, "%.180s: %s", file, text);
    return false;
}

static bool
is_name (const char *name, size_t max)
{
    size_t size = name != NULL ? strlen (name) : 0;

    return size > 0 && size <= max && name[0] >= 'a' && name[0] <= 'z' &&
           strspn (name, lower) == size;
}

static bool
check_param (const mugai_param *param, const char *file, char *why)
{
    char bad[MUGAI_PARAMS_WHY];
    mugai_value value;

    if (!is_name (param->name, MUGAI_PARAMS_NAME))
        return refuse (why, file, "a parameter has no proper name");
    if (param->kind == MUGAI_PARAM_WORD && param->words == NULL)
        return refuse (why, file, "parameter %s: no words", param->name);
    if (param->min > param->max)
        return refuse (why, file, "parameter %s: min above max", param->name);
    if (param->value != NULL && !mugai_params_value (param, param->value, &value, bad))
        return refuse (why, file, "default of parameter %s", bad);
    return true;
}

static bool
check_params (const mugai_filter_info *info, const char *file, char *why)
{
    const char *text = info->socket_param != NULL ? info->socket_param : info->command_param;
    bool found = text == NULL;

    for (size_t i = 0; i < info->n_params; i++) {
        const mugai_param *param = &info->params[i];
        if (!check_param (param, file, why))
            return false;
        for (size_t j = 0; j < i; j++)
            if (strcmp (info->params[j].name, param->name) == 0)
                return refuse (why, file, "parameter %s twice", param->name);
        if (!found && strcmp (param->name, text) == 0)
            found = param->kind == MUGAI_PARAM_TEXT;
    }
    return found || refuse (why, file, "socket_param or command_param names no TEXT parameter");
}

static bool
check_codes (const mugai_filter_info *info, const char *file, char *why)
{
    size_t prefix = strlen (info->name);

    for (size_t i = 0; i < info->n_codes; i++) {
        const mugai_code *code = &info->codes[i];
        if (code->code == NULL || strlen (code->code) > MUGAI_MODULE_CODE ||
            strncmp (code->code, info->name, prefix) != 0 || code->code[prefix] != '.' ||
            !is_name (code->code + prefix + 1, MUGAI_MODULE_CODE))
            return refuse (why, file, "code %zu is not like \"%s.what-was-done\"", i, info->name);
        if (code->en == NULL || code->ja == NULL)
            return refuse (why, file, "code %s lacks a text", code->code);
    }
    return true;
}

static bool
check_place (const mugai_filter_info *info, const char *file, char *why)
{
    bool any = info->gives != NULL && strcmp (info->gives, "*") == 0;

    switch (info->runs) {
    case MUGAI_RUNS_WALK:
    case MUGAI_RUNS_ISOLATED:
        if (any)
            return refuse (why, file, "gives \"*\": only a converter's result re-enters the walk");
        break;
    case MUGAI_RUNS_CONVERTER:
    case MUGAI_RUNS_SUPERVISED:
        break;
    default:
        return refuse (why, file, "runs: unknown place %d", (int)info->runs);
    }
    if (info->container < 0 || info->container > MUGAI_CONTAINER_DOCUMENT)
        return refuse (why, file, "an unknown kind of container");
    if (info->container != 0 && info->runs != MUGAI_RUNS_WALK && info->runs != MUGAI_RUNS_CONVERTER)
        return refuse (why, file, "a container must run in the walk or be a converter");
    if (info->container == MUGAI_CONTAINER_ARCHIVE && info->runs == MUGAI_RUNS_CONVERTER &&
        (info->gives == NULL || strcmp (info->gives, "zip") != 0))
        return refuse (why, file, "an archive that is a converter gives zip: the host packs");
    if (info->room != NULL && info->runs != MUGAI_RUNS_ISOLATED &&
        info->runs != MUGAI_RUNS_CONVERTER)
        return refuse (why, file, "only an ISOLATED filter or a converter has a room");
    if (info->room != NULL && (info->room->size_of < sizeof *info->room ||
                               info->room->file_size < sizeof (mugai_room_file)))
        return refuse (why, file, "a room without sizes: use MUGAI_TABLE");
    if (info->socket_param != NULL && info->command_param != NULL)
        return refuse (why, file, "a socket or a command, not both");
    if ((info->socket_param != NULL || info->command_param != NULL) &&
        info->runs != MUGAI_RUNS_SUPERVISED)
        return refuse (why, file, "only a SUPERVISED filter has a socket");
    return true;
}

static bool
check (const mugai_filter_info *info, const char *file, char *why)
{
    if (!is_name (info->name, MUGAI_MODULE_NAME))
        return refuse (why, file, "no proper name (lower case, digits, dashes)");
    if (strcmp (info->name, MUGAI_SECOND_READER) == 0)
        return refuse (why, file, "the name %s is Mugai's own: choose another", info->name);
    if (info->summary == NULL || info->summary_ja == NULL)
        return refuse (why, file, "no summary in both languages");
    if (info->takes == NULL || info->takes[0] == '\0')
        return refuse (why, file, "takes nothing");
    if (info->run == NULL)
        return refuse (why, file, "no run()");
    return check_place (info, file, why) && check_params (info, file, why) &&
           check_codes (info, file, why);
}

/* Returns: (transfer full) @count entries of @to_size bytes, each cut from or padded after one of
 * @from_size bytes. NULL when there are none or memory ends. */
static void *
copy_table (const void *from, size_t count, size_t from_size, size_t to_size)
{
    size_t common = from_size < to_size ? from_size : to_size;
    char *to = count > 0 ? calloc (count, to_size) : NULL;

    for (size_t i = 0; to != NULL && i < count; i++)
        memcpy (to + i * to_size, (const char *)from + i * from_size, common);
    return to;
}

static bool
copy_info (const mugai_filter_info *from, const char *file, mugai_filter_info *to, char *why)
{
    size_t size = from->size_of < sizeof *to ? from->size_of : sizeof *to;

    if (from->size_of < sizeof (size_t) + sizeof (uint32_t))
        return refuse (why, file, "size_of is %zu", from->size_of);
    memset (to, 0, sizeof *to);
    memcpy (to, from, size);
    to->params = NULL; /* until they are copies of ours */
    to->codes = NULL;
    if (to->abi != MUGAI_FILTER_ABI)
        return refuse (why, file, "speaks plug-in interface %u, this program %d", to->abi,
                       MUGAI_FILTER_ABI);
    if (size < sizeof *to) /* the first version has no smaller ones */
        return refuse (why, file, "size_of is %zu, at least %zu expected", from->size_of,
                       sizeof *to);
    if (to->n_params > MUGAI_PARAMS_MAX || to->n_codes > MUGAI_MODULE_CODES)
        return refuse (why, file, "more than %d parameters or %d codes", MUGAI_PARAMS_MAX,
                       MUGAI_MODULE_CODES);
    if ((to->n_params > 0 && (from->params == NULL || to->param_size < sizeof (mugai_param))) ||
        (to->n_codes > 0 && (from->codes == NULL || to->code_size < sizeof (mugai_code))))
        return refuse (why, file, "a table without entry size: use MUGAI_TABLE");
    to->params = copy_table (from->params, to->n_params, to->param_size, sizeof (mugai_param));
    to->codes = copy_table (from->codes, to->n_codes, to->code_size, sizeof (mugai_code));
    to->param_size = sizeof (mugai_param); /* as the copies are */
    to->code_size = sizeof (mugai_code);
    if ((to->n_params > 0 && to->params == NULL) || (to->n_codes > 0 && to->codes == NULL))
        return refuse (why, file, "out of memory");
    return true;
}

static bool
load (const char *file, MugaiModule *module, MugaiFilterEntry *ret, char *why)
{
    module->handle = dlopen (file, RTLD_NOW | RTLD_LOCAL);
    if (module->handle == NULL) {
        const char *bad = dlerror();
        return refuse (why, file, "cannot be loaded: %s", bad != NULL ? bad : "no reason given");
    }
    *(void **)ret = dlsym (module->handle, "mugai_filter");
    return *ret != NULL || refuse (why, file, "is no filter: it has no mugai_filter()");
}

static bool
describe (const char *file, MugaiModule *module, char *why)
{
    MugaiFilterEntry entry = mugai_linked_find (file);

    if (entry == NULL && !load (file, module, &entry, why))
        return false;
    const mugai_filter_info *info = entry();
    if (info == NULL)
        return refuse (why, file, "mugai_filter() gave NULL");
    return copy_info (info, file, &module->info, why) && check (&module->info, file, why);
}

bool
mugai_module_open (const char *file, MugaiModule *ret, char *why)
{
    MugaiModule module = { 0 };

    if (strchr (file, '/') == NULL) /* dlopen would search for it */
        return refuse (why, file, "is no path");
    if (!describe (file, &module, why)) {
        mugai_module_close (&module);
        return false;
    }
    *ret = module;
    return true;
}

bool
mugai_module_setup (const MugaiModule *module)
{
    static const mugai_host nothing = { .size_of = sizeof (mugai_host), .abi = MUGAI_FILTER_ABI };

    return module->info.setup == NULL || module->info.setup (&nothing) == 0;
}

void
mugai_module_close (MugaiModule *module)
{
    free ((void *)module->info.params);
    free ((void *)module->info.codes);
    if (module->handle != NULL)
        dlclose (module->handle);
    *module = (MugaiModule){ 0 };
}

bool
mugai_module_lists (const char *list, const char *type, const char *family)
{
    static const char prefix[] = "family:";
    size_t skip = sizeof prefix - 1;

    for (const char *at = list; at != NULL && *at != '\0';) {
        size_t n = strcspn (at, " ");
        if ((n == 1 && *at == '*') || (n == strlen (type) && n > 0 && memcmp (at, type, n) == 0))
            return true;
        if (n > skip && memcmp (at, prefix, skip) == 0 && n - skip == strlen (family) &&
            memcmp (at + skip, family, n - skip) == 0)
            return true;
        at += n;
        at += strspn (at, " ");
    }
    return false;
}

const mugai_code *
mugai_module_code (const mugai_filter_info *info, const char *code)
{
    for (size_t i = 0; i < info->n_codes; i++)
        if (strcmp (info->codes[i].code, code) == 0)
            return &info->codes[i];
    return NULL;
}
