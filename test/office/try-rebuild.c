/* SPDX-License-Identifier: Apache-2.0
 *
 * try-rebuild: run one filter that plans packages over files, and write what the host would:
 * without mail, rules, sandbox and verifier. Pictures that are PNG or JPEG stay as they are, others
 * become the placeholder. usage: try-rebuild FILTER.so TYPE OUT IN [TYPE OUT IN ...]; verdict,
 * reason and findings on standard error. Exit: 0 when all were rebuilt.
 */
#include "message/package.h"

#include "wire/bundle.h"

#include <mugai/filter.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

struct mugai_call {
    GByteArray *own;
    GPtrArray *children; /* of GBytes */
    unsigned beside;
};

static void
host_finding (mugai_call *call, const char *code, uint64_t count, const char *evidence)
{
    (void)call;
    fprintf (stderr, "  %s %llu %s\n", code, (unsigned long long)count,
             evidence != NULL ? evidence : "");
}

static void
host_reason (mugai_call *call, const char *code, const char *evidence)
{
    host_finding (call, code, 0, evidence);
}

static int
host_put (mugai_call *call, const void *data, size_t size)
{
    g_byte_array_append (call->own, data, (guint)size);
    return 0;
}

static int
host_put_type (mugai_call *call, const char *type)
{
    (void)call, (void)type;
    return 0;
}

static int
host_child_add (mugai_call *call, const char *name, const char *declared, const void *data,
                size_t size)
{
    (void)name, (void)declared;
    g_ptr_array_add (call->children, g_bytes_new (data, size));
    return (int)call->children->len - 1;
}

static int
host_fact (mugai_call *call, const char *key, uint64_t value)
{
    host_finding (call, key, value, "");
    return 0;
}

static const mugai_host host = { .size_of = sizeof host,
                                 .abi = MUGAI_FILTER_ABI,
                                 .finding = host_finding,
                                 .reason = host_reason,
                                 .put = host_put,
                                 .put_type = host_put_type,
                                 .child_add = host_child_add,
                                 .fact = host_fact };

static const uint8_t placeholder[] = {
#include "message/placeholder.inc"
};

static MugaiPackagePicture *
pictures_of (const mugai_call *call)
{
    MugaiPackagePicture *pictures = g_new0 (MugaiPackagePicture, call->children->len + 1);

    for (guint i = 0; i < call->children->len; i++) {
        gsize size;
        const uint8_t *data = g_bytes_get_data (g_ptr_array_index (call->children, i), &size);
        bool png = size > 8 && memcmp (data, "\x89PNG", 4) == 0;
        bool jpeg = size > 8 && memcmp (data, "\xff\xd8\xff", 3) == 0;
        pictures[i] = png || jpeg ? (MugaiPackagePicture){ data, size, jpeg, 0 }
                                  : (MugaiPackagePicture){ placeholder, sizeof placeholder, 0, 0 };
    }
    return pictures;
}

static bool
write_file (const mugai_call *call, const char *path)
{
    MugaiPlan plan;
    MugaiZip zip = mugai_zip (SIZE_MAX / 4);
    MugaiPackagePicture *pictures = pictures_of (call);

    if (mugai_plan_read (call->own->data, call->own->len, &plan) != 0) {
        fputs ("  plan cannot be read\n", stderr);
        return false;
    }
    bool ok = mugai_package_write_opc (&plan, pictures, &zip) && mugai_zip_end (&zip) &&
              g_file_set_contents (path, zip.file.data, (gssize)zip.file.size, NULL);
    if (!ok)
        fputs ("  package cannot be written\n", stderr);
    mugai_zip_clear (&zip);
    mugai_plan_clear (&plan);
    g_free (pictures);
    return ok;
}

static bool
rebuild (const mugai_filter_info *info, const char *type, const char *out, const char *in)
{
    static const char *const words[] = { "?", "KEEP", "REPLACE", "DROP", "REFUSE", "LATER" };
    mugai_call call = { .own = g_byte_array_new(),
                        .children =
                            g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref) };
    g_autofree char *data = NULL;
    gsize size = 0;

    if (!g_file_get_contents (in, &data, &size, NULL))
        return false;
    mugai_part part = { .size_of = sizeof part,
                        .data = (const uint8_t *)data,
                        .size = size,
                        .type = type,
                        .name = in,
                        .path = "",
                        .language = "ja",
                        .output_max = 500u << 20,
                        .expanded_left = 500u << 20,
                        .depth_max = 8 };
    if (info->inspect != NULL && strcmp (out, "-") == 0)
        return info->inspect (&host, &call, &part) == 0;
    mugai_verdict_t verdict = info->run (&host, &call, &part);
    fprintf (stderr, "%s %s\n", words[verdict], in);
    bool ok = verdict == MUGAI_REPLACE && write_file (&call, out);
    g_byte_array_unref (call.own);
    g_ptr_array_unref (call.children);
    return ok;
}

int
main (int argc, char **argv)
{
    void *module = argc >= 5 ? dlopen (argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    const mugai_filter_info *(*get) (void) = NULL;
    bool all = true;

    if (module == NULL) {
        fprintf (stderr, "usage: try-rebuild FILTER.so TYPE OUT IN [...]\n%s\n",
                 argc >= 5 ? dlerror() : "");
        return 2;
    }
    *(void **)&get = dlsym (module, "mugai_filter");
    const mugai_filter_info *info = get();
    if (info->setup != NULL)
        info->setup (&host);
    for (int i = 2; i + 2 < argc; i += 3)
        all = rebuild (info, argv[i], argv[i + 1], argv[i + 2]) && all;
    return all ? 0 : 1;
}
