/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the document is rebuilt for nobody, and what is found on the way becomes facts. So
 * a rule sees exactly what a report would say.
 */
#include "ooxml-rebuild/inspect.h"

#include <string.h>

typedef struct Fact {
    const char *code, *key;
} Fact;

static const Fact facts[] = {
    { "office.activex", "active:activex" },
    { "office.connection", "active:external-link" },
    { "office.dde", "active:dde" },
    { "office.embedded-file", "active:embedded-file" },
    { "office.external-link", "active:external-link" },
    { "office.form", "active:form" },
    { "office.macro", "active:macro" },
    { "office.ole-object", "active:ole-object" },
    { "office.remote-template", "active:remote-template" },
    { "office.signature", "signed" },
    { "office.xlm", "active:xlm" },
};
enum { FACTS = sizeof facts / sizeof facts[0] };

struct mugai_call { /* a call of our own, which nobody answers */
    uint64_t count[FACTS];
    int children;
};

static void
take_finding (mugai_call *call, const char *code, uint64_t count, const char *evidence)
{
    (void)evidence;
    for (size_t i = 0; i < FACTS; i++)
        if (strcmp (facts[i].code, code) == 0)
            call->count[i] += count;
}

static void
take_reason (mugai_call *call, const char *code, const char *evidence)
{
    (void)call, (void)code, (void)evidence;
}

static int
take_output (mugai_call *call, const void *data, size_t size)
{
    (void)call, (void)data, (void)size;
    return 0;
}

static int
take_type (mugai_call *call, const char *type)
{
    (void)call, (void)type;
    return 0;
}

static int
take_child (mugai_call *call, const char *name, const char *declared, const void *data, size_t size)
{
    (void)name, (void)declared, (void)data, (void)size;
    return call->children++;
}

int
mugai_ooxml_inspect (const mugai_host *host, mugai_call *call, const mugai_part *part,
                     const MugaiHooks *hooks)
{
    static const mugai_host nobody = { .size_of = sizeof nobody,
                                       .abi = MUGAI_FILTER_ABI,
                                       .finding = take_finding,
                                       .reason = take_reason,
                                       .put = take_output,
                                       .put_type = take_type,
                                       .child_add = take_child };
    mugai_call looked = { 0 };

    if (mugai_document_rebuild (&nobody, &looked, part, hooks) != MUGAI_REPLACE)
        return -1;
    if (host->fact (call, "encrypted", 0) != 0)
        return -1;
    for (size_t i = 0; i < FACTS; i++)
        if ((looked.count[i] > 0 || strcmp (facts[i].key, "signed") == 0) &&
            host->fact (call, facts[i].key, looked.count[i] > 0) != 0)
            return -1;
    return 0;
}
