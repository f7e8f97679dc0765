/* SPDX-License-Identifier: Apache-2.0
 *
 * Other workbooks and programs that a workbook refers to (ISO/IEC 29500-1, 18.14): gone, and told
 * by name.
 */
#include "ooxml-rebuild/book.h"
#include "ooxml-rebuild/part.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 160 };

/* What another program is asked for: server|topic. */
static void
note_program (MugaiBook *book, const MugaiNode *link)
{
    const char *service = mugai_node_attr (link, MUGAI_N_ddeService),
               *topic = mugai_node_attr (link, MUGAI_N_ddeTopic);
    char name[NAME];

    snprintf (name, sizeof name, "%s|%s", service != NULL ? service : "",
              topic != NULL ? topic : "");
    mugai_book_count (book, MUGAI_LOSS_DDE, name, strlen (name));
}

static void
note_workbook (MugaiBook *book, const char *path)
{
    MugaiRelations relations;
    const char *target = "";

    mugai_package_relations (&book->doc->package, path, &relations);
    for (size_t i = 0; i < relations.count && target[0] == '\0'; i++)
        target = relations.list[i].external ? relations.list[i].target : "";
    mugai_book_count (book, MUGAI_LOSS_EXTERNAL, target, strlen (target));
    mugai_relations_clear (&relations);
}

void
mugai_book_links (MugaiBook *book, const MugaiOfficePart *part)
{
    MugaiNode *list = mugai_node_child (part->tree.root, MUGAI_N_s_externalReferences);

    if (list != NULL)
        list->gone = 1;
    for (size_t i = 0; i < part->relations.count; i++) {
        const MugaiRelation *r = &part->relations.list[i];
        MugaiTree tree;
        if (strcmp (r->type, "externalLink") != 0 || r->external ||
            !mugai_part_read (book->doc, r->target, &tree))
            continue;
        const MugaiNode *program = mugai_node_child (tree.root, MUGAI_N_s_ddeLink);
        if (program != NULL)
            note_program (book, program);
        else
            note_workbook (book, r->target);
    }
}
