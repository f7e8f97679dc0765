/* SPDX-License-Identifier: Apache-2.0 */
#include "walk.h"

#include "core/type.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static MugaiLimits limits;
static MugaiSettings settings = { .language = MUGAI_LANGUAGE_EN };

/* In place of src/rules: the chain asks nothing else of it. */
const MugaiLimits *
mugai_rules_limits (const MugaiRules *rules)
{
    (void)rules;
    limits = mugai_limits_default();
    limits.output = 1 << 20;
    return &limits;
}

const MugaiSettings *
mugai_rules_settings (const MugaiRules *rules)
{
    (void)rules;
    return &settings;
}

const char *
walk_sniff (void *walk, GBytes *data, const char *claimed)
{
    gsize size = 0;
    const char *bytes = g_bytes_get_data (data, &size);
    const MugaiType *claim = mugai_type_by_id (claimed);

    (void)walk;
    if (size >= 4 && memcmp (bytes, "\x89PNG", 4) == 0)
        return "png";
    if (size >= 2 && memcmp (bytes, "\x1f\x8b", 2) == 0)
        return "gz";
    if (size >= 2 && memcmp (bytes, "MZ", 2) == 0)
        return "exe";
    if (size > 0 &&
        (memchr (bytes, 0, size) != NULL || !g_utf8_validate (bytes, (gssize)size, NULL)))
        return "bin";
    return claim != NULL && strcmp (claim->family, "text") == 0 ? claim->id : "text";
}

static int
child_add (void *data, uint32_t parent, bool document, const char *name, const char *declared,
           GBytes *bytes, const char **ret_code)
{
    Walk *walk = data;
    WalkChild *child = &walk->children[walk->n_children];

    (void)parent;
    (void)document;
    (void)declared;
    (void)ret_code;
    if (walk->n_children == WALK_CHILDREN)
        return -1;
    child->name = g_strdup (name);
    child->data = g_bytes_ref (bytes);
    child->facts =
        (MugaiPartFacts){ .type = "bin", .family = "data", .name = child->name, .depth = 1 };
    child->facts.type = walk_sniff (walk, bytes, "");
    MugaiChainPart part = { .data = bytes, .facts = &child->facts, .path = name, .index = 1 };
    child->run = mugai_chain_start (walk->chain, &part, walk->child_decision);
    return walk->n_children++;
}

static bool
finish (Walk *walk, WalkChild *child)
{
    g_autoptr (GError) error = NULL;

    if (!child->finished)
        child->finished =
            mugai_chain_finish (walk->chain, g_steal_pointer (&child->run), &child->result, &error);
    return child->finished;
}

static bool
child_result (void *data, int handle, mugai_child *ret)
{
    Walk *walk = data;
    WalkChild *child = &walk->children[handle];

    if (!finish (walk, child))
        return false;
    ret->delivered = child->result.data != NULL;
    ret->data =
        child->result.data != NULL ? g_bytes_get_data (child->result.data, &ret->size) : NULL;
    ret->name = child->name;
    ret->type = child->result.type;
    ret->reason = child->result.reason;
    return true;
}

static bool
child_deliver (void *data, int handle)
{
    Walk *walk = data;
    WalkChild *child = &walk->children[handle];

    child->delivered = finish (walk, child);
    return child->delivered;
}

static void
finding (void *data, uint32_t part, const char *code, uint64_t count, const char *evidence)
{
    Walk *walk = data;

    (void)part;
    g_string_append_printf (walk->findings, "%s=%" G_GUINT64_FORMAT "[%s];", code, count, evidence);
}

static bool
spend (void *data, uint64_t bytes)
{
    Walk *walk = data;

    if (bytes > walk->left)
        return false;
    walk->left -= bytes;
    return true;
}

static uint64_t
expanded_left (void *data)
{
    return ((Walk *)data)->left;
}

static void
children_discard (void *data, uint32_t parent)
{
    (void)parent;
    ((Walk *)data)->discarded++;
}

Walk *
walk_new (int channel)
{
    const char *directories[] = { g_getenv ("MUGAI_TEST_FILTERS"), NULL };
    Walk *walk = g_new0 (Walk, 1);
    GError *error = NULL;

    walk->modules = mugai_modules_load (directories, &error);
    if (walk->modules == NULL)
        g_error ("%s", error->message);
    walk->left = 10 << 20;
    walk->findings = g_string_new (NULL);
    walk->host = (MugaiChainHost){ .walk = walk,
                                   .child_add = child_add,
                                   .child_result = child_result,
                                   .child_deliver = child_deliver,
                                   .finding = finding,
                                   .spend = spend,
                                   .expanded_left = expanded_left,
                                   .sniff = walk_sniff,
                                   .children_discard = children_discard };
    walk->chain = mugai_chain_new (walk->modules, NULL, &walk->host, channel, 0x1234567890);
    return walk;
}

void
walk_free (Walk *walk)
{
    for (int i = 0; i < walk->n_children; i++) {
        WalkChild *child = &walk->children[i];
        MugaiChainResult dropped = { 0 };
        if (child->run != NULL && mugai_chain_finish (walk->chain, child->run, &dropped, NULL))
            mugai_chain_result_clear (&dropped);
        g_free (child->name);
        g_bytes_unref (child->data);
        mugai_chain_result_clear (&child->result);
    }
    mugai_chain_free (walk->chain);
    mugai_modules_free (walk->modules);
    g_string_free (walk->findings, TRUE);
    g_free (walk);
}

typedef struct Decision {
    MugaiDecision decision;
    MugaiStepChain chains[4];
    MugaiStep steps[4][4];
    MugaiStepValue values[4][4][4];
    char text[4][256];
} Decision;

static void
parse_step (char *text, MugaiStep *step, MugaiStepValue *values)
{
    char *save = NULL;

    step->filter = strtok_r (text, " ", &save);
    step->values = values;
    for (char *word; (word = strtok_r (NULL, " ", &save)) != NULL; step->n_values++) {
        char *equals = strchr (word, '=');
        *equals = '\0';
        values[step->n_values] = (MugaiStepValue){ .name = word, .value = equals + 1 };
    }
}

const MugaiDecision *
walk_decision (const char *chain, ...)
{
    static Decision pool[16];
    static unsigned next;
    Decision *d = &pool[next++ % 16];
    va_list args;

    memset (d, 0, sizeof *d);
    d->decision =
        (MugaiDecision){ .action = MUGAI_ACTION_CHAIN, .rule_name = "test", .chains = d->chains };
    va_start (args, chain);
    for (const char *text = chain; text != NULL; text = va_arg (args, const char *)) {
        size_t c = d->decision.n_chains++;
        char *save = NULL;
        g_strlcpy (d->text[c], text, sizeof d->text[c]);
        d->chains[c].steps = d->steps[c];
        for (char *at = strtok_r (d->text[c], ",", &save); at != NULL;
             at = strtok_r (NULL, ",", &save)) {
            size_t s = d->chains[c].n_steps++;
            parse_step (at, &d->steps[c][s], d->values[c][s]);
        }
    }
    va_end (args);
    return &d->decision;
}

MugaiChainRun *
walk_start (Walk *walk, const char *type, const char *data, const MugaiDecision *decision)
{
    g_autoptr (GBytes) bytes = g_bytes_new (data, strlen (data));
    MugaiPartFacts facts = { .type = type,
                             .family = mugai_type_by_id (type)->family,
                             .name = "part.bin" };
    MugaiChainPart part = { .data = bytes, .facts = &facts, .path = "1", .index = 1 };

    return mugai_chain_start (walk->chain, &part, decision);
}
