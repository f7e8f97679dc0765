/* SPDX-License-Identifier: Apache-2.0 */
#include "message/package.h"

#include "core/type.h"
#include "wire/bundle.h"

#include <errno.h>
#include <string.h>

typedef struct Build {
    const MugaiChainHost *host;
    const MugaiLimits *limits;
    uint32_t part;
    GBytes *bundle;
    GArray *handles; /* of int: the children */
    MugaiBundleMember planned;
    MugaiPlan plan;
    MugaiPackagePicture *pictures;
    unsigned withheld; /* pictures */
    const char *reason;
} Build;

/* Stands for a picture that is not delivered: a grey box, PNG of 1 bit a pixel. */
static const uint8_t placeholder[] = {
#include "message/placeholder.inc"
};

static bool
fail (Build *b, const char *reason)
{
    if (b->reason == NULL)
        b->reason = reason;
    return false;
}

static bool
add_child (void *user, const MugaiBundleMember *from)
{
    Build *b = user;
    const MugaiChainHost *host = b->host;
    const uint8_t *all = g_bytes_get_data (b->bundle, NULL);
    g_autofree char *name = g_strndup (from->name_size > 0 ? from->name : "", from->name_size);
    g_autoptr (GBytes) data =
        from->size > 0
            ? g_bytes_new_from_bytes (b->bundle, (gsize)(from->data - all), (gsize)from->size)
            : g_bytes_new (NULL, 0);
    const char *why = "limit.parts";

    if (host->spend != NULL && !host->spend (host->walk, from->size))
        return fail (b, "limit.expanded");
    int handle = host->child_add (host->walk, b->part, true, name, "", data, &why);
    if (handle < 0)
        return fail (b, why);
    g_array_append_val (b->handles, handle);
    return true;
}

static bool
is_picture (const mugai_child *child)
{
    return child->delivered &&
           (strcmp (child->type, "png") == 0 || strcmp (child->type, "jpeg") == 0);
}

static bool
finish_picture (Build *b, uint32_t i, int handle)
{
    mugai_child child = { .size_of = sizeof child };

    if (!b->host->child_result (b->host->walk, handle, &child))
        return fail (b, "filter.refused");
    bool there = is_picture (&child);
    b->withheld += !there;
    b->pictures[i] = there
                         ? (MugaiPackagePicture){ .data = child.data,
                                                  .size = child.size,
                                                  .jpeg = strcmp (child.type, "jpeg") == 0 }
                         : (MugaiPackagePicture){ .data = placeholder, .size = sizeof placeholder };
    return true;
}

static bool
finish_children (Build *b)
{
    b->pictures = g_new0 (MugaiPackagePicture, b->plan.n_children + 1);
    for (uint32_t i = 0; i < b->plan.n_children; i++) {
        int handle = g_array_index (b->handles, int, i);
        bool ok =
            b->plan.uses[i] == MUGAI_PLAN_PICTURE
                ? finish_picture (b, i, handle)
                : b->host->child_deliver (b->host->walk, handle) || fail (b, "filter.refused");
        if (!ok)
            return false;
    }
    if (b->withheld > 0 && b->host->finding != NULL)
        b->host->finding (b->host->walk, b->part, "office.picture-withheld", b->withheld, "");
    return true;
}

static bool
read_plan (Build *b)
{
    size_t size;
    const void *data = g_bytes_get_data (b->bundle, &size);
    uint32_t max = (uint32_t)MIN (b->limits->parts, MUGAI_PLAN_COUNT);
    int r = mugai_bundle_read (data, size, max, &b->planned, add_child, b);

    if (r != 0)
        return fail (b, r == -E2BIG ? "limit.parts" : "filter.nonsense");
    return (mugai_plan_read (b->planned.data, (size_t)b->planned.size, &b->plan) == 0 &&
            b->plan.n_children == b->handles->len) ||
           fail (b, "filter.nonsense");
}

static GBytes *
write_zip (Build *b)
{
    MugaiZip zip = mugai_zip ((size_t)MIN (b->limits->output, G_MAXSIZE));
    bool ok = b->plan.form == MUGAI_PLAN_OPC &&
              mugai_package_write_opc (&b->plan, b->pictures, &zip) && mugai_zip_end (&zip);
    GBytes *file = ok ? g_bytes_new (zip.file.data, zip.file.size) : NULL;

    if (!ok)
        fail (b, mugai_buffer_ok (&zip.file) ? "filter.nonsense" : "limit.output");
    mugai_zip_clear (&zip);
    return file;
}

GBytes *
mugai_package_build (const MugaiChainHost *host, uint32_t part, GBytes *bundle,
                     const MugaiLimits *limits, const char **ret_type, const char **ret_reason)
{
    Build b = { .host = host,
                .limits = limits,
                .part = part,
                .bundle = bundle,
                .handles = g_array_new (FALSE, FALSE, sizeof (int)) };
    GBytes *file = NULL;

    if (read_plan (&b)) {
        g_autofree char *id = g_strndup (b.plan.type.at, b.plan.type.size);
        const MugaiType *type = mugai_type_by_id (id);
        if (type == NULL)
            fail (&b, "filter.nonsense");
        else if (finish_children (&b))
            file = write_zip (&b);
        *ret_type = type != NULL ? type->id : "";
    }
    mugai_plan_clear (&b.plan);
    g_free (b.pictures);
    g_array_unref (b.handles);
    *ret_reason = b.reason;
    return file;
}
