/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/part.h"

#include <stdlib.h>
#include <string.h>

bool
mugai_part_read (MugaiDocument *doc, const char *path, MugaiTree *ret)
{
    size_t size;
    uint8_t *data = mugai_package_unpack (&doc->package, path, &size);
    bool read = data != NULL &&
                mugai_tree_read (data, size, &doc->arena, mugai_value_text, &doc->text, ret);

    free (data);
    return read && ret->root != NULL;
}

void
mugai_part_point (MugaiDocument *doc, MugaiNode *node, uint16_t name,
                  const MugaiRelations *relations)
{
    const char *id = mugai_node_attr (node, name);
    const MugaiRelation *relation = id != NULL ? mugai_relation_by_id (relations, id) : NULL;

    if (relation == NULL || strcmp (relation->type, "image") != 0 ||
        !mugai_document_point (doc, node, name, relation->target))
        mugai_node_unset (node, name);
}
