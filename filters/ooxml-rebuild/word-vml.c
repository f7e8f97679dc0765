/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: VML (ISO/IEC 29500-4 clause 14) is not in the model. A w:pict or w:object is
 * replaced by a drawing for each picture, text box and simple shape in it, at the place that its
 * style says; groups are flattened. A drawing is written as XML and read by the tree's own parser.
 */
#include "ooxml-rebuild/shape.h"
#include "ooxml-rebuild/text-document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EMU = 12700 /* of a point */, XML = 4096, DRAWINGS = 200 /* of one w:pict */ };

typedef struct Box { /* points, or units of a group */
    double x, y, w, h;
} Box;

typedef struct Shape {
    const MugaiNode *node;
    const char *picture; /* relation id, or NULL */
    MugaiNode *text;     /* w:txbxContent or NULL */
    const char *words;   /* of WordArt, or NULL */
    const char *form;    /* preset geometry */
    Box box;
    bool floats, behind;
    const char *from_x, *from_y; /* what the place counts from */
    const char *align_x, *align_y;
} Shape;

/* --- styles: `position:absolute;width:12pt` --- */

static bool
style_of (const MugaiNode *node, const char *key, char *out, size_t room)
{
    const char *style = mugai_node_attr (node, MUGAI_N_style);
    size_t size = strlen (key);

    out[0] = '\0';
    for (const char *at = style; at != NULL && *at != '\0'; at += strcspn (at, ";")) {
        at += strspn (at, "; \t\n");
        if (strncmp (at, key, size) != 0 || at[size] != ':')
            continue;
        size_t n = strcspn (at + size + 1, ";");
        snprintf (out, room, "%.*s", (int)(n < room ? n : room - 1), at + size + 1);
        return true;
    }
    return false;
}

/* Points; a number alone stays as it is in a group, else it counts pixels. */
static double
length_of (const char *text, bool grouped)
{
    static const struct {
        const char *unit;
        double points;
    } units[] = { { "pt", 1 },          { "in", 72 },   { "cm", 72 / 2.54 },
                  { "mm", 7.2 / 2.54 }, { "px", 0.75 }, { "pc", 12 } };
    char *end;
    double value = strtod (text, &end);

    if (!isfinite (value))
        return 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strncmp (end, units[i].unit, 2) == 0)
            return value * units[i].points;
    return grouped ? value : value * 0.75;
}

static double
style_length (const MugaiNode *node, const char *key, bool grouped)
{
    char text[64];

    return style_of (node, key, text, sizeof text) ? length_of (text, grouped) : 0;
}

static bool
pair_of (const MugaiNode *node, uint16_t name, bool grouped, double *a, double *b)
{
    const char *text = mugai_node_attr (node, name);
    const char *comma = text != NULL ? strchr (text, ',') : NULL;

    if (comma == NULL)
        return false;
    *a = length_of (text, grouped);
    *b = length_of (comma + 1, grouped);
    return true;
}

static Box
own_box (const MugaiNode *node, bool grouped)
{
    Box box = { .w = fabs (style_length (node, "width", grouped)),
                .h = fabs (style_length (node, "height", grouped)) };
    double x, y, to_x, to_y;

    if (node->name == MUGAI_N_v_line && pair_of (node, MUGAI_N_from, grouped, &x, &y) &&
        pair_of (node, MUGAI_N_to, grouped, &to_x, &to_y))
        return (Box){ fmin (x, to_x), fmin (y, to_y), fabs (to_x - x), fabs (to_y - y) };
    box.x = style_length (node, "margin-left", grouped) + style_length (node, "left", grouped);
    box.y = style_length (node, "margin-top", grouped) + style_length (node, "top", grouped);
    return box;
}

/* Through the groups around it. *ret_top: the outermost. */
static Box
place_of (const MugaiNode *node, const MugaiNode **ret_top)
{
    bool grouped = node->parent != NULL && node->parent->name == MUGAI_N_v_group;
    Box box = own_box (node, grouped);

    *ret_top = node;
    for (const MugaiNode *at = node->parent; at != NULL && at->name == MUGAI_N_v_group;
         at = at->parent) {
        bool outer = at->parent == NULL || at->parent->name != MUGAI_N_v_group;
        Box group = own_box (at, !outer);
        double w = 1000, h = 1000, x = 0, y = 0;
        pair_of (at, MUGAI_N_coordsize, true, &w, &h);
        pair_of (at, MUGAI_N_coordorigin, true, &x, &y);
        double sx = fabs (w) > 0 ? group.w / fabs (w) : 1,
               sy = fabs (h) > 0 ? group.h / fabs (h) : 1;
        box =
            (Box){ group.x + (box.x - x) * sx, group.y + (box.y - y) * sy, box.w * sx, box.h * sy };
        *ret_top = at;
    }
    return box;
}

/* --- what a shape is --- */

static const char *
form_of (const MugaiNode *node)
{
    static const struct {
        unsigned number;
        const char *form;
    } forms[] = { { 1, "rect" },
                  { 2, "roundRect" },
                  { 3, "ellipse" },
                  { 4, "diamond" },
                  { 5, "triangle" },
                  { 13, "rightArrow" },
                  { 32, "line" },
                  { 61, "wedgeRectCallout" },
                  { 62, "wedgeRoundRectCallout" },
                  { 66, "leftArrow" },
                  { 67, "downArrow" },
                  { 68, "upArrow" },
                  { 69, "leftRightArrow" },
                  { 85, "leftBracket" },
                  { 86, "rightBracket" },
                  { 87, "leftBrace" },
                  { 88, "rightBrace" },
                  { 109, "rect" },
                  { 185, "bracketPair" },
                  { 186, "bracePair" },
                  { 202, "rect" } };
    const char *type = mugai_node_attr (node, MUGAI_N_type);
    const char *number = type != NULL ? strstr (type, "_t") : NULL;

    switch (node->name) {
    case MUGAI_N_v_rect:
        return "rect";
    case MUGAI_N_v_roundrect:
        return "roundRect";
    case MUGAI_N_v_oval:
        return "ellipse";
    case MUGAI_N_v_line:
        return "line";
    default:
        break;
    }
    for (size_t i = 0; number != NULL && i < sizeof forms / sizeof forms[0]; i++)
        if (strtoul (number + 2, NULL, 10) == forms[i].number)
            return forms[i].form;
    return NULL;
}

static const char *
word_of (const MugaiNode *node, const char *key, const char *const *pairs, const char *otherwise)
{
    char text[64];

    if (style_of (node, key, text, sizeof text))
        for (; *pairs != NULL; pairs += 2)
            if (strcmp (text, pairs[0]) == 0)
                return pairs[1];
    return otherwise;
}

static void
find_place (Shape *shape)
{
    static const char *const across[] = { "page", "page",      "margin", "margin",
                                          "char", "character", NULL };
    static const char *const down[] = { "page", "page", "margin", "margin", "line", "line", NULL };
    static const char *const aligns_x[] = { "left",  "left",  "center", "center",
                                            "right", "right", NULL };
    static const char *const aligns_y[] = { "top",    "top",    "center", "center",
                                            "bottom", "bottom", NULL };
    const MugaiNode *top;
    char text[64];

    shape->box = place_of (shape->node, &top);
    shape->floats =
        (style_of (top, "position", text, sizeof text) && strcmp (text, "absolute") == 0) ||
        top->name == MUGAI_N_v_line;
    shape->behind = style_of (top, "z-index", text, sizeof text) && text[0] == '-';
    shape->from_x = word_of (top, "mso-position-horizontal-relative", across, "column");
    shape->from_y = word_of (top, "mso-position-vertical-relative", down, "paragraph");
    bool alone = top == shape->node;
    shape->align_x = alone ? word_of (top, "mso-position-horizontal", aligns_x, NULL) : NULL;
    shape->align_y = alone ? word_of (top, "mso-position-vertical", aligns_y, NULL) : NULL;
}

/* Returns: false: nothing to show. */
static bool
read_shape (MugaiNode *node, Shape *ret)
{
    MugaiNode *image = mugai_node_child (node, MUGAI_N_v_imagedata),
              *box = mugai_node_child (node, MUGAI_N_v_textbox);

    *ret = (Shape){ .node = node, .form = form_of (node) };
    ret->picture = mugai_node_attr (image, MUGAI_N_r_id);
    ret->text = mugai_node_child (box, MUGAI_N_w_txbxContent);
    ret->words = mugai_node_attr (mugai_node_child (node, MUGAI_N_v_textpath), MUGAI_N_string);
    if (ret->picture == NULL && ret->text == NULL && ret->words == NULL && ret->form == NULL)
        return false;
    if (ret->form == NULL)
        ret->form = "rect";
    find_place (ret);
    return true;
}

/* --- drawings --- */

static long
emu (double points)
{
    double value = points * EMU;

    if (!(value > -20000000)) /* or no number */
        return -20000000;
    return value > 20000000 ? 20000000 : (long)value;
}

static long
extent (double points)
{
    long value = emu (points);

    return value < 1 ? 1 : value;
}

/* "#ff0000 [1]", "red": six digits, or @otherwise. */
static void
colour_of (const MugaiNode *node, uint16_t name, const char *otherwise, char out[7])
{
    const char *text = mugai_node_attr (node, name);
    size_t size = text != NULL && text[0] == '#' ? strspn (text + 1, "0123456789abcdefABCDEF") : 0;

    snprintf (out, 7, "%s", otherwise);
    if (size == 6)
        memcpy (out, text + 1, 6);
    else if (size == 3)
        for (unsigned i = 0; i < 6; i++)
            out[i] = text[1 + i / 2];
}

static bool
is_off (const MugaiNode *node, uint16_t name)
{
    const char *value = mugai_node_attr (node, name);

    return value != NULL && (value[0] == 'f' || value[0] == '0');
}

static void
look_of (const Shape *s, char *out, size_t room)
{
    char fill[7], line[7], filled[80] = "<a:noFill/>", stroked[80] = "<a:noFill/>";

    colour_of (s->node, MUGAI_N_fillcolor, "FFFFFF", fill);
    colour_of (s->node, MUGAI_N_strokecolor, "000000", line);
    if (s->words == NULL && !is_off (s->node, MUGAI_N_filled))
        snprintf (filled, sizeof filled, "<a:solidFill><a:srgbClr val=\"%s\"/></a:solidFill>",
                  fill);
    if (s->words == NULL && !is_off (s->node, MUGAI_N_stroked))
        snprintf (stroked, sizeof stroked, "<a:solidFill><a:srgbClr val=\"%s\"/></a:solidFill>",
                  line);
    snprintf (out, room, "%s<a:ln w=\"9525\">%s</a:ln>", filled, stroked);
}

static bool
is_box (const Shape *s)
{
    return s->text != NULL || s->words != NULL;
}

static void
graphic_of (const Shape *s, unsigned id, char *out, size_t room)
{
    char xfrm[256], look[256];

    snprintf (xfrm, sizeof xfrm,
              "<a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"%ld\" cy=\"%ld\"/></a:xfrm>"
              "<a:prstGeom prst=\"%s\"><a:avLst/></a:prstGeom>",
              extent (s->box.w), extent (s->box.h), s->picture != NULL ? "rect" : s->form);
    look_of (s, look, sizeof look);
    if (s->picture != NULL)
        snprintf (out, room,
                  "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">"
                  "<pic:pic><pic:nvPicPr><pic:cNvPr id=\"%u\" name=\"Picture %u\"/><pic:cNvPicPr/>"
                  "</pic:nvPicPr><pic:blipFill><a:blip/><a:stretch><a:fillRect/></a:stretch>"
                  "</pic:blipFill><pic:spPr>%s</pic:spPr></pic:pic></a:graphicData>",
                  id, id, xfrm);
    else
        snprintf (out, room,
                  "<a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/"
                  "wordprocessingShape\"><wps:wsp><wps:cNvSpPr%s/><wps:spPr>%s%s</wps:spPr>%s"
                  "<wps:bodyPr/></wps:wsp></a:graphicData>",
                  is_box (s) ? " txBox=\"1\"" : "", xfrm, look, is_box (s) ? "<wps:txbx/>" : "");
}

static void
axis_of (char axis, const char *from, const char *align, double offset, char *out, size_t room)
{
    if (align != NULL)
        snprintf (out, room,
                  "<wp:position%c relativeFrom=\"%s\"><wp:align>%s</wp:align></wp:position%c>",
                  axis, from, align, axis);
    else
        snprintf (
            out, room,
            "<wp:position%c relativeFrom=\"%s\"><wp:posOffset>%ld</wp:posOffset></wp:position%c>",
            axis, from, emu (offset), axis);
}

static void
drawing_of (const Shape *s, unsigned id, char *out, size_t room)
{
    char graphic[XML / 2], across[160], down[160], size[160];

    graphic_of (s, id, graphic, sizeof graphic);
    axis_of ('H', s->from_x, s->align_x, s->box.x, across, sizeof across);
    axis_of ('V', s->from_y, s->align_y, s->box.y, down, sizeof down);
    snprintf (size, sizeof size, "<wp:extent cx=\"%ld\" cy=\"%ld\"/>", extent (s->box.w),
              extent (s->box.h));
    int n = snprintf (
        out, room,
        "<w:drawing xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
        " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\""
        " xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\""
        " xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\""
        " xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\">");
    if (s->floats)
        snprintf (out + n, room - (size_t)n,
                  "<wp:anchor simplePos=\"0\" relativeHeight=\"%u\" behindDoc=\"%d\" locked=\"0\""
                  " layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos x=\"0\" "
                  "y=\"0\"/>%s%s%s<wp:wrapNone/>"
                  "<wp:docPr id=\"%u\" name=\"Shape "
                  "%u\"/><a:graphic>%s</a:graphic></wp:anchor></w:drawing>",
                  id, s->behind, across, down, size, id, id, graphic);
    else
        snprintf (out + n, room - (size_t)n,
                  "<wp:inline>%s<wp:docPr id=\"%u\" name=\"Shape %u\"/><a:graphic>%s</a:graphic>"
                  "</wp:inline></w:drawing>",
                  size, id, id, graphic);
}

static MugaiNode *
find_below (const MugaiNode *top, uint16_t name)
{
    MugaiNode *at = top->first;

    while (at != NULL && at->name != name)
        at = mugai_node_after (top, at, false);
    return at;
}

/* The words of WordArt, as a paragraph, as large as its shape allows. */
static void
add_words (MugaiDocument *doc, const Shape *shape, MugaiNode *content)
{
    MugaiArena *arena = &doc->arena;
    MugaiNode *paragraph = mugai_shape_add (arena, content, MUGAI_N_w_p);
    MugaiNode *run = mugai_shape_add (arena, paragraph, MUGAI_N_w_r);
    MugaiNode *size =
        mugai_shape_add (arena, mugai_shape_add (arena, run, MUGAI_N_w_rPr), MUGAI_N_w_sz);
    double letters = (double)strlen (shape->words) + 1;
    double points = fmin (shape->box.h * 0.6, shape->box.w * 1.5 / letters);
    char half[24];

    snprintf (half, sizeof half, "%ld", 2 * (emu (fmax (points, 6)) / EMU));
    if (size != NULL)
        mugai_node_set (arena, size, MUGAI_N_w_val, half);
    mugai_shape_add_words (arena, mugai_shape_add (arena, run, MUGAI_N_w_t), shape->words);
}

static MugaiNode *
make_drawing (MugaiDocument *doc, const Shape *shape)
{
    MugaiTextDocument *state = doc->user;
    char xml[XML];
    MugaiTree tree;

    drawing_of (shape, 50000 + ++state->drawings, xml, sizeof xml);
    if (!mugai_tree_read (xml, strlen (xml), &doc->arena, NULL, NULL, &tree))
        return NULL;
    if (shape->picture != NULL) {
        MugaiNode *blip = find_below (tree.root, MUGAI_N_a_blip);
        mugai_node_set (&doc->arena, blip, MUGAI_N_r_embed, shape->picture);
    } else if (is_box (shape)) {
        MugaiNode *content = mugai_shape_add (&doc->arena, find_below (tree.root, MUGAI_N_wps_txbx),
                                              MUGAI_N_w_txbxContent);
        mugai_shape_adopt (content, shape->text);
        if (shape->words != NULL)
            add_words (doc, shape, content);
    }
    return tree.root;
}

/* --- objects --- */

static void
take_object (MugaiDocument *doc, const MugaiOfficePart *part, const MugaiNode *object)
{
    const MugaiRelation *r = mugai_document_relation (part, mugai_node_attr (object, MUGAI_N_r_id));

    if (r != NULL && !r->external && strcmp (r->type, "package") == 0 &&
        mugai_document_beside (doc, r->target, NULL))
        mugai_text_lose (doc, MUGAI_TEXT_EMBEDDED, r->target);
    else if (r != NULL && r->external)
        mugai_text_lose (doc, MUGAI_TEXT_FETCH, r->target);
    else
        mugai_text_lose (doc, MUGAI_TEXT_OLE, mugai_node_attr (object, MUGAI_N_ProgID));
}

/* Returns: the last drawing that stands in place of @pict now, or @pict. */
static MugaiNode *
replace (MugaiDocument *doc, const MugaiOfficePart *part, MugaiNode *pict)
{
    MugaiNode *last = pict;
    unsigned drawings = 0;

    for (MugaiNode *at = pict->first; at != NULL;) {
        Shape shape;
        bool inner = at->name == MUGAI_N_w_txbxContent; /* adopted, or not to be shown */
        if (at->name == MUGAI_N_o_OLEObject) {
            take_object (doc, part, at);
        } else if (at->name != MUGAI_N_v_shapetype && drawings < DRAWINGS &&
                   (at->name == MUGAI_N_v_shape || at->name == MUGAI_N_v_rect ||
                    at->name == MUGAI_N_v_roundrect || at->name == MUGAI_N_v_oval ||
                    at->name == MUGAI_N_v_line) &&
                   read_shape (at, &shape)) {
            MugaiNode *drawing = make_drawing (doc, &shape);
            if (drawing != NULL) {
                mugai_node_insert (last, drawing);
                last = drawing;
                drawings++;
            }
        }
        at = mugai_node_after (pict, at, inner || at->name == MUGAI_N_v_shapetype);
    }
    pict->gone = 1;
    return last;
}

void
mugai_text_vml (MugaiDocument *doc, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root;

    for (MugaiNode *at = root; at != NULL;) {
        bool pict = (at->name == MUGAI_N_w_pict || at->name == MUGAI_N_w_object) && !at->gone;
        if (pict)
            replace (doc, part, at);
        at =
            mugai_node_after (root, at, at->gone); /* into the drawings too: text boxes hold more */
    }
}
