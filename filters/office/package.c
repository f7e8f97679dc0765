/* SPDX-License-Identifier: Apache-2.0 */
#include "office/package.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 65536, LINE_ENDS = 4 };

/* Some programs that pass files on add a line end behind them. Nothing of it is read. */
static size_t
without_line_ends (const mugai_part *part)
{
    size_t size = part->size;

    while (size > 0 && part->size - size < LINE_ENDS &&
           (part->data[size - 1] == '\n' || part->data[size - 1] == '\r'))
        size--;
    return size;
}

/* --- names: part names are equal without regard to case (ISO/IEC 29500-2, 6.2.2.3) --- */

typedef struct Name {
    const uint8_t *text;
    size_t size;
} Name;

static uint8_t
fold (uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c == '\\' ? '/' : c;
}

static int
compare_names (const void *a, const void *b)
{
    const Name *x = a, *y = b;

    for (size_t i = 0; i < x->size && i < y->size; i++)
        if (fold (x->text[i]) != fold (y->text[i]))
            return fold (x->text[i]) < fold (y->text[i]) ? -1 : 1;
    return x->size < y->size ? -1 : x->size > y->size;
}

/* Could another reader take one member for another? */
static bool
is_ambiguous (const MugaiListing *listing)
{
    Name *names = calloc (listing->count + 1, sizeof *names);
    bool same = names == NULL;

    for (size_t i = 0; i < listing->count && names != NULL; i++) {
        const MugaiMember *m = &listing->member[i];
        size_t slashes = 0;
        while (slashes < m->name_size && fold (m->name[slashes]) == '/')
            slashes++;
        names[i] = (Name){ m->name + slashes, m->name_size - slashes };
    }
    if (names != NULL)
        qsort (names, listing->count, sizeof *names, compare_names);
    for (size_t i = 1; i < listing->count && !same; i++)
        same = compare_names (&names[i - 1], &names[i]) == 0;
    free (names);
    return same;
}

/* Returns: NULL, or the finding code of what is wrong with the archive. */
static const char *
read_listing (const mugai_part *part, size_t size, MugaiListing *ret)
{
    const char *fault = NULL;

    if (!mugai_listing_read (part->data, size, MEMBERS, ret))
        fault = ret->fault;
    else if (is_ambiguous (ret))
        fault = "archive.ambiguous";
    if (fault != NULL)
        mugai_listing_clear (ret);
    return fault;
}

bool
mugai_package_open (const mugai_part *part, MugaiPackage *ret, const char **ret_code)
{
    *ret = (MugaiPackage){ .left = part->expanded_left };
    *ret_code = read_listing (part, part->size, &ret->listing);
    if (*ret_code == NULL)
        return true;
    size_t size = without_line_ends (part);
    return size != part->size && strcmp (*ret_code, "archive.ambiguous") == 0 &&
           read_listing (part, size, &ret->listing) == NULL;
}

void
mugai_package_close (MugaiPackage *package)
{
    mugai_listing_clear (&package->listing);
}

uint8_t *
mugai_package_unpack (MugaiPackage *package, const char *path, size_t *ret_size)
{
    const MugaiMember *m = mugai_listing_find (&package->listing, path);
    uint8_t *data = NULL;

    if (m == NULL)
        return NULL;
    if (mugai_member_unpack (m, package->left, &data) != 0) {
        package->damaged = true;
        return NULL;
    }
    package->left -= m->size;
    *ret_size = (size_t)m->size;
    return data;
}

bool
mugai_package_read (MugaiPackage *package, const char *path, const MugaiXml *events, void *user)
{
    size_t size;
    uint8_t *data = mugai_package_unpack (package, path, &size);
    bool ok = data != NULL && mugai_xml_read (data, size, events, user);

    package->damaged = package->damaged || (data != NULL && !ok);
    free (data);
    return ok;
}

/* Append @target to the folder of @source, without `.`, `..` and doubled slashes. Returns: false
 * when it leads out or is too long. */
static bool
resolve (const char *source, const char *target, char out[MUGAI_PACKAGE_PATH])
{
    char joined[2 * MUGAI_PACKAGE_PATH];
    size_t size = 0;
    const char *slash = strrchr (source, '/');

    snprintf (joined, sizeof joined, "%.*s%s",
              target[0] == '/' || slash == NULL ? 0 : (int)(slash - source + 1), source, target);
    for (const char *at = joined; *at != '\0';) {
        size_t length = strcspn (at, "/");
        if (length == 2 && at[0] == '.' && at[1] == '.') {
            if (size == 0)
                return false;
            while (size > 0 && out[--size] != '/')
                ;
        } else if (length > 0 && !(length == 1 && at[0] == '.')) {
            if (size + length + 2 > MUGAI_PACKAGE_PATH)
                return false;
            if (size > 0)
                out[size++] = '/';
            memcpy (out + size, at, length);
            size += length;
        }
        at += length;
        at += strspn (at, "/");
    }
    out[size] = '\0';
    return size > 0;
}

typedef struct RelationReader {
    const char *source;
    MugaiRelations *out;
} RelationReader;

static void
relation_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    RelationReader *r = user;
    char type[256], target[MUGAI_PACKAGE_PATH], mode[16];
    MugaiRelation relation;

    if (strcmp (name, "Relationship") != 0 || r->out->count == MUGAI_PACKAGE_RELATIONS)
        return;
    relation.external = mugai_xml_attribute (a, "TargetMode", mode, sizeof mode) != NULL &&
                        strcmp (mode, "Internal") != 0;
    if (mugai_xml_attribute (a, "Id", relation.id, sizeof relation.id) == NULL ||
        mugai_xml_attribute (a, "Type", type, sizeof type) == NULL ||
        mugai_xml_attribute (a, "Target", target, sizeof target) == NULL ||
        (!relation.external && !resolve (r->source, target, relation.target)))
        return;
    if (relation.external)
        memcpy (relation.target, target, sizeof target);
    const char *slash = strrchr (type, '/');
    const char *word = slash != NULL ? slash + 1 : type;
    size_t length = strnlen (word, sizeof relation.type - 1);
    memcpy (relation.type, word, length);
    relation.type[length] = '\0';
    MugaiRelation *list = reallocarray (r->out->list, r->out->count + 1, sizeof *list);
    if (list == NULL)
        return;
    r->out->list = list;
    list[r->out->count++] = relation;
}

static void
ignore_end (void *user, const char *name)
{
    (void)user, (void)name;
}

static void
ignore_text (void *user, const char *text, size_t size)
{
    (void)user, (void)text, (void)size;
}

void
mugai_package_relations (MugaiPackage *package, const char *source, MugaiRelations *ret)
{
    static const MugaiXml events = { relation_start, ignore_end, ignore_text };
    const char *slash = strrchr (source, '/'), *name = slash != NULL ? slash + 1 : source;
    char path[MUGAI_PACKAGE_PATH + 16];
    RelationReader r = { .source = source, .out = ret };

    *ret = (MugaiRelations){ 0 };
    snprintf (path, sizeof path, "%.*s_rels/%s.rels", (int)(name - source), source, name);
    mugai_package_read (package, path, &events, &r);
}

void
mugai_relations_clear (MugaiRelations *relations)
{
    free (relations->list);
    *relations = (MugaiRelations){ 0 };
}

const MugaiRelation *
mugai_relation_by_id (const MugaiRelations *relations, const char *id)
{
    for (size_t i = 0; i < relations->count; i++)
        if (strcmp (relations->list[i].id, id) == 0 && !relations->list[i].external)
            return &relations->list[i];
    return NULL;
}

const MugaiRelation *
mugai_relation_any (const MugaiRelations *relations, const char *id)
{
    for (size_t i = 0; i < relations->count; i++)
        if (strcmp (relations->list[i].id, id) == 0)
            return &relations->list[i];
    return NULL;
}

const MugaiRelation *
mugai_relation_by_type (const MugaiRelations *relations, const char *type)
{
    for (size_t i = 0; i < relations->count; i++)
        if (strcmp (relations->list[i].type, type) == 0 && !relations->list[i].external)
            return &relations->list[i];
    return NULL;
}
