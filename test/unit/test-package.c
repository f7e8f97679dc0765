/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan of a package: what filters/office/plan.c writes is what wire/package.c reads; cut or
 * changed it is refused.
 */
#include "office/plan.h"
#include "wire/package.h"

#include "tap.h"

#include <errno.h>

static uint8_t out[4096];
static size_t size;
static int children;

static int
put (mugai_call *call, const void *data, size_t n)
{
    (void)call;
    if (n > sizeof out - size)
        return -1;
    if (n > 0)
        memcpy (out + size, data, n);
    size += n;
    return 0;
}

static int
put_type (mugai_call *call, const char *type)
{
    (void)call;
    return strcmp (type, "docx") == 0 ? 0 : -1;
}

static int
child_add (mugai_call *call, const char *name, const char *declared, const void *data, size_t n)
{
    (void)call, (void)name, (void)declared, (void)data, (void)n;
    return children++;
}

static const mugai_host host = {
    .size_of = sizeof host, .put = put, .put_type = put_type, .child_add = child_add
};

static bool
same (const MugaiPlanText *text, const char *with)
{
    return text->size == strlen (with) && memcmp (text->at, with, text->size) == 0;
}

static void
write_plan (const char *name)
{
    MugaiPlanWriter w = mugai_plan_writer (10000);
    MugaiPlanBytes pieces[] = { { "<a>", 3, 0 }, { NULL, 0, 1 }, { "</a>", 4, 0 } };

    size = 0;
    children = 0;
    CHECK (mugai_plan_beside (&w, &host, NULL, "a.xlsx", "x", 1) == 0);
    CHECK (mugai_plan_picture (&w, &host, NULL, "b.png", "y", 1) == 1);
    int a = mugai_plan_part (&w, name, "application/xml", pieces, 3);
    int b = mugai_plan_part (&w, "word/b.xml", "application/xml", pieces, 1);
    mugai_plan_relation (&w, a, "rId1", "http://example.jp/image", true, 1);
    mugai_plan_relation (&w, MUGAI_PLAN_PACKAGE, "rId1", "http://example.jp/main", false, a);
    mugai_plan_relation (&w, a, "rId2", "http://example.jp/b", false, b);
    CHECK (mugai_plan_put (&w, &host, NULL, 1, "docx", "word/media/image") == 0);
    mugai_plan_writer_clear (&w);
}

static void
test_read (void)
{
    MugaiPlan plan;

    write_plan ("word/a.xml");
    CHECK (mugai_plan_read (out, size, &plan) == 0);
    CHECK (plan.form == MUGAI_PLAN_OPC && same (&plan.type, "docx") &&
           same (&plan.stem, "word/media/image"));
    CHECK (plan.n_children == 2 && plan.uses[0] == MUGAI_PLAN_BESIDE &&
           plan.uses[1] == MUGAI_PLAN_PICTURE);
    CHECK (plan.n_parts == 2 && same (&plan.parts[0].name, "word/a.xml") &&
           same (&plan.parts[1].media, "application/xml"));
    CHECK (plan.n_pieces == 4 && plan.parts[1].first == 3 && plan.pieces[1].data == NULL &&
           plan.pieces[1].child == 1 && plan.pieces[2].size == 4);
    CHECK (plan.n_relations == 3 && plan.relations[0].source == 0 &&
           plan.relations[1].source == 1 && plan.relations[1].child &&
           same (&plan.relations[2].id, "rId2") && plan.relations[2].target == 1);
    mugai_plan_clear (&plan);
}

static void
test_refused (void)
{
    static const char *const names[] = { "/a", "a//b", "a/../b", "a/.", "a b", "a\\b", "" };
    MugaiPlan plan;
    size_t taken = 0;

    write_plan ("word/a.xml");
    for (size_t cut = 0; cut < size; cut++)
        taken += mugai_plan_read (out, cut, &plan) != -EBADMSG;
    taken += mugai_plan_read (out, size + 1, &plan) != -EBADMSG;
    CHECK (taken == 0);
    out[8] = 2; /* ODF has no relations */
    CHECK (mugai_plan_read (out, size, &plan) == -EBADMSG);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        write_plan (names[i]);
        CHECK_NAMED (mugai_plan_read (out, size, &plan) == -EBADMSG, "name %s", names[i]);
    }
}

int
main (void)
{
    test_read();
    test_refused();
    return tap_done();
}
