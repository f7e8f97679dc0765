/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/comment.h"

#include "ooxml-rebuild/shape.h"

#include <stdio.h>
#include <string.h>

enum {
    WORDS = 8192, /* bytes of a comment */
    DATE = 19,    /* 2021-05-03T12:00:00: no fractions */
    PLACE = 10,   /* of a comment that says none */
};

#define LAST "65535" /* the highest number of a comment of an author; next ones follow it */

/* --- who wrote them */

void
mugai_comments_authors (MugaiDocument *doc, MugaiOfficePart *presentation)
{
    const MugaiRelation *authors = mugai_relation_by_type (&presentation->relations, "authors");

    if (authors != NULL && !authors->external &&
        mugai_relation_by_type (&presentation->relations, "commentAuthors") == NULL)
        mugai_document_imply (doc, presentation, authors->target, MUGAI_PART_commentAuthors);
}

static void
set_number (MugaiArena *arena, MugaiNode *node, uint16_t name, uint32_t number)
{
    char text[16];

    snprintf (text, sizeof text, "%u", number);
    mugai_node_set (arena, node, name, text);
}

void
mugai_comments_author_list (MugaiDocument *doc, MugaiComments *comments, MugaiNode *root)
{
    uint32_t number = 0;

    if (root->name != MUGAI_N_p188_authorLst)
        return;
    root->name = MUGAI_N_p_cmAuthorLst;
    for (MugaiNode *at = mugai_node_child (root, MUGAI_N_p188_author); at != NULL;
         at = mugai_node_next (at, MUGAI_N_p188_author), number++) {
        const char *id = mugai_node_attr (at, MUGAI_N_id);
        char *copy = id != NULL ? mugai_arena_copy (&doc->arena, id, strlen (id)) : NULL;
        if (copy != NULL)
            mugai_table_add (&comments->authors, 0, copy, number);
        at->name = MUGAI_N_p_cmAuthor;
        set_number (&doc->arena, at, MUGAI_N_id, number);
        if (mugai_node_attr (at, MUGAI_N_initials) == NULL)
            mugai_node_set (&doc->arena, at, MUGAI_N_initials, "");
        mugai_node_set (&doc->arena, at, MUGAI_N_lastIdx, LAST);
        set_number (&doc->arena, at, MUGAI_N_clrIdx, number);
    }
}

/* --- what they say */

/* Without the character that was cut at the end. */
static void
end_whole (char *words, size_t size)
{
    size_t at = size;

    while (at > 0 && ((unsigned char)words[at - 1] & 0xC0) == 0x80)
        at--;
    unsigned char lead = at > 0 ? (unsigned char)words[at - 1] : 0;
    size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (at > 0 && size - (at - 1) < need)
        words[at - 1] = '\0';
}

/* The paragraphs of @body, parted by line ends. */
static void
gather_words (const MugaiNode *body, char words[WORDS])
{
    size_t size = 0;

    words[0] = '\0';
    for (const MugaiNode *p = mugai_node_child (body, MUGAI_N_a_p); p != NULL;
         p = mugai_node_next (p, MUGAI_N_a_p)) {
        if (size > 0 && size + 1 < WORDS)
            words[size++] = '\n';
        size += mugai_node_words (p, words + size, WORDS - size);
    }
    end_whole (words, size);
}

/* A p:cm behind @at, of @from (p188:cm or p188:reply). Returns: it, or @at. */
static MugaiNode *
add_comment (MugaiDocument *doc, MugaiComments *comments, MugaiNode *at, MugaiNode *from)
{
    MugaiArena *arena = &doc->arena;
    const char *author = mugai_node_attr (from, MUGAI_N_authorId),
               *date = mugai_node_attr (from, MUGAI_N_created);
    uint32_t number =
        author != NULL ? mugai_table_find (&comments->authors, 0, author) : MUGAI_TABLE_NOTHING;
    MugaiNode *comment =
        number != MUGAI_TABLE_NOTHING ? mugai_node_new (arena, MUGAI_N_p_cm) : NULL;
    char words[WORDS], day[DATE + 1];

    if (comment == NULL)
        return at;
    set_number (arena, comment, MUGAI_N_authorId, number);
    set_number (arena, comment, MUGAI_N_idx, ++comments->count);
    if (date != NULL) {
        snprintf (day, sizeof day, "%s", date);
        mugai_node_set (arena, comment, MUGAI_N_dt, day);
    }
    MugaiNode *place = mugai_shape_add (arena, comment, MUGAI_N_p_pos);
    if (place != NULL) {
        set_number (arena, place, MUGAI_N_x, PLACE);
        set_number (arena, place, MUGAI_N_y, PLACE);
    }
    gather_words (mugai_node_child (from, MUGAI_N_p188_txBody), words);
    mugai_shape_add_words (arena, mugai_shape_add (arena, comment, MUGAI_N_p_text), words);
    mugai_node_insert (at, comment);
    return comment;
}

void
mugai_comments_list (MugaiDocument *doc, MugaiComments *comments, MugaiNode *root)
{
    MugaiNode *next;

    if (root->name != MUGAI_N_p188_cmLst)
        return;
    root->name = MUGAI_N_p_cmLst;
    for (MugaiNode *from = mugai_node_child (root, MUGAI_N_p188_cm); from != NULL; from = next) {
        MugaiNode *replies = mugai_node_child (from, MUGAI_N_p188_replyLst);
        next = mugai_node_next (from, MUGAI_N_p188_cm);
        MugaiNode *at = add_comment (doc, comments, from, from);
        for (MugaiNode *reply = mugai_node_child (replies, MUGAI_N_p188_reply); reply != NULL;
             reply = mugai_node_next (reply, MUGAI_N_p188_reply))
            at = add_comment (doc, comments, at, reply);
        from->gone = 1;
    }
}
