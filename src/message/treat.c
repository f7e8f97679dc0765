/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: every leaf is started first, so that isolated filters work side by side, and then
 * finished in order. A child that a container hands in is a new part: decided, started and finished
 * the same way.
 */
#include "message/treat.h"

#include "core/error.h"
#include "message/charset.h"
#include "message/filename.h"
#include "message/sniff.h"
#include "message/yenc.h"

#include <string.h>

enum { CHARSET_LOOK = 2048 /* bytes of an HTML page in which a charset is looked for */ };

typedef struct Slot { /* one part on its way */
    MugaiTreated treated;
    MugaiChainRun *run;
    MugaiPartFacts facts;
    MugaiChainPart part;
    GBytes *input; /* what the chain sees */
    bool started, finished;
    bool judged; /* the decision stands in the report */
    MugaiDecision decision;
    char *child_name;
} Slot;

struct MugaiTreat {
    MugaiWalk *walk;
    const MugaiRules *rules;
    const MugaiItemFacts *item;
    MugaiChainHost host;
    MugaiChain *chain;
    GPtrArray *slots; /* of Slot *, by index of part */
    MugaiAction action;
    GError *error; /* met inside of a callback */
};

static void
slot_free (gpointer data)
{
    Slot *slot = data;

    if (slot->treated.data != NULL)
        g_bytes_unref (slot->treated.data);
    if (slot->input != NULL)
        g_bytes_unref (slot->input);
    g_free (slot->child_name);
    g_free (slot);
}

static Slot *
slot_at (MugaiTreat *treat, uint32_t index)
{
    while (treat->slots->len <= index)
        g_ptr_array_add (treat->slots, g_new0 (Slot, 1));
    return g_ptr_array_index (treat->slots, index);
}

static MugaiReportPart *
row_at (const MugaiTreat *treat, uint32_t index)
{
    return g_ptr_array_index (treat->walk->report->parts, index);
}

static void
withhold (MugaiTreat *treat, uint32_t index, const char *reason, uint64_t count,
          const char *evidence)
{
    MugaiReportPart *row = row_at (treat, index);

    row->outcome = MUGAI_OUTCOME_WITHHELD;
    g_free (row->reason);
    row->reason = g_strdup (reason);
    mugai_walk_finding (treat->walk, index, reason, count, evidence);
}

void
mugai_treat_withhold (MugaiTreat *treat, uint32_t index, const char *reason, uint64_t count,
                      const char *evidence)
{
    Slot *slot = slot_at (treat, index);

    g_clear_pointer (&slot->treated.data, g_bytes_unref);
    withhold (treat, index, reason, count, evidence);
}

void
mugai_treat_set_aside (MugaiTreat *treat, uint32_t index)
{
    MugaiReportPart *row = row_at (treat, index);

    g_clear_pointer (&slot_at (treat, index)->treated.data, g_bytes_unref);
    mugai_walk_part (treat->walk, index)->chosen = row->chosen = false;
    if (row->outcome != MUGAI_OUTCOME_WITHHELD)
        row->outcome = MUGAI_OUTCOME_CONVERTED;
}

/* The charset an HTML page names itself; the label of the mail comes first. Returns: (transfer
 * full) or NULL. */
static char *
charset_in_html (const char *page, size_t size)
{
    g_autofree char *head = g_ascii_strdown (page, (gssize)MIN (size, CHARSET_LOOK));
    const char *meta = strstr (head, "<meta"),
               *at = meta != NULL ? strstr (meta, "charset=") : NULL;

    if (at == NULL)
        return NULL;
    at += strlen ("charset=");
    at += strspn (at, "\"' ");
    size_t length = strspn (at, "abcdefghijklmnopqrstuvwxyz0123456789-_:.");
    return length > 0 ? g_strndup (at, length) : NULL;
}

static void
note_charset (MugaiTreat *treat, uint32_t index, const MugaiCharsetResult *text, bool cut)
{
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, index);

    if (text->undecodable > 0)
        mugai_walk_finding (treat->walk, index, "charset.undecodable", text->undecodable,
                            text->charset);
    if (text->mislabelled) {
        g_autofree char *evidence = g_strdup_printf ("%s -> %s, %s", text->declared, text->charset,
                                                     mugai_charset_how_name (text->how));
        mugai_walk_finding (treat->walk, index, "charset.declared-wrong", 1, evidence);
    } else if (strcmp (text->declared, "unknown") == 0) {
        mugai_walk_finding (treat->walk, index, "charset.unknown", 1, part->charset);
    }
    if (text->how == MUGAI_CHARSET_BY_SCORE)
        mugai_walk_finding (treat->walk, index, "charset.guessed", 1, text->evidence);
    if (text->cut || cut)
        mugai_walk_finding (treat->walk, index, "limit.text", treat->walk->limits->text, NULL);
}

typedef struct Place {
    MugaiTreat *treat;
    uint32_t index;
} Place;

static int host_child_add (void *walk, uint32_t parent, const char *name, const char *declared,
                           GBytes *data);
static bool host_spend (void *walk, uint64_t bytes);

/* MugaiYencFile: a file that stood in a text. */
static void
take_yenc (void *data, const char *name, GBytes *file)
{
    const Place *place = data;
    MugaiTreat *treat = place->treat;
    const MugaiLimits *limits = treat->walk->limits;
    g_autoptr (MugaiCharsetResult) text =
        mugai_charset_decode ((const uint8_t *)name, strlen (name),
                              mugai_walk_part (treat->walk, place->index)->charset, limits, NULL);
    size_t size;
    const char *bytes = text != NULL ? g_bytes_get_data (text->text, &size) : NULL;
    g_autofree char *safe = bytes != NULL ? g_strndup (bytes, size) : g_strdup ("");

    mugai_walk_finding (treat->walk, place->index, "text.armour", 1, "yEnc");
    if (!host_spend (treat, g_bytes_get_size (file)))
        mugai_walk_finding (treat->walk, place->index, "limit.expanded", limits->expanded, safe);
    else if (host_child_add (treat, place->index, safe[0] != '\0' ? safe : "yenc", NULL, file) < 0)
        mugai_walk_finding (treat->walk, place->index, "limit.parts", limits->parts, safe);
}

/* The bytes a chain works on: UTF-8 for texts, the content as it is for all else. */
static GBytes *
chain_input (MugaiTreat *treat, uint32_t index)
{
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    bool text = strcmp (part->type->family, "text") == 0, cut = false;
    g_autoptr (GBytes) raw = mugai_walk_data (
        treat->walk, index, text ? 2 * treat->walk->limits->text + 4096 : UINT64_MAX, &cut);

    if (!text)
        return g_steal_pointer (&raw);
    Place place = { treat, index };
    g_autoptr (GBytes) plain = mugai_yenc_take (raw, take_yenc, &place);
    size_t size;
    const char *data = g_bytes_get_data (plain, &size);
    g_autofree char *inner = part->charset[0] == '\0' && strcmp (part->type->id, "html") == 0
                                 ? charset_in_html (data, size)
                                 : NULL;
    const char *label = inner != NULL ? inner : part->charset[0] != '\0' ? part->charset : NULL;
    g_autoptr (MugaiCharsetResult) decoded =
        mugai_charset_decode ((const uint8_t *)data, size, label, treat->walk->limits, NULL);
    if (decoded == NULL)
        return NULL;
    note_charset (treat, index, decoded, cut);
    return g_bytes_ref (decoded->text);
}

/* MugaiInspect: a rule asks for facts that need a decoder. */
static void
inspect (void *data, const char *need, MugaiPartFacts *facts)
{
    const Place *inspection = data;
    MugaiTreat *treat = inspection->treat;
    Slot *slot = slot_at (treat, inspection->index);
    bool cut;

    if (slot->input == NULL)
        slot->input = mugai_walk_data (treat->walk, inspection->index, UINT64_MAX, &cut);
    MugaiChainPart part = { .data = slot->input,
                            .facts = facts,
                            .path = mugai_walk_part (treat->walk, inspection->index)->path,
                            .index = inspection->index };
    mugai_chain_inspect (treat->chain, &part, need, facts);
}

static void
judge (MugaiTreat *treat, uint32_t index, Slot *slot)
{
    MugaiReportPart *row = row_at (treat, index);
    Place inspection = { .treat = treat, .index = index };

    slot->facts = mugai_walk_facts (treat->walk, index);
    slot->decision =
        mugai_rules_decide (treat->rules, treat->item, &slot->facts, inspect, &inspection, row);
    slot->judged = true;
    row->rule = g_strdup (slot->decision.rule_name);
    row->rule_file = g_strdup (slot->decision.file);
    row->rule_line = slot->decision.line;
}

/* A decision without a chain. */
static void
settle (MugaiTreat *treat, uint32_t index, const Slot *slot)
{
    const MugaiDecision *d = &slot->decision;

    switch (d->action) {
    case MUGAI_ACTION_WITHHOLD:
        if (d->rule == G_MAXUINT32)
            withhold (treat, index, "withheld.no-rule", 1, NULL);
        else if (g_strcmp0 (d->file, "preset-a-text.yaml") == 0)
            withhold (treat, index, "withheld.preset", 1, NULL);
        else if (d->file != NULL && g_str_has_prefix (d->file, "preset-"))
            withhold (treat, index, "withheld.kind", 1, slot->facts.type);
        else
            withhold (treat, index, "withheld.rule", 1, d->rule_name);
        return;
    case MUGAI_ACTION_HOLD:
        treat->action =
            treat->action == MUGAI_ACTION_REJECT ? MUGAI_ACTION_REJECT : MUGAI_ACTION_HOLD;
        withhold (treat, index, "withheld.held", 1, NULL);
        return;
    case MUGAI_ACTION_REJECT:
        treat->action = MUGAI_ACTION_REJECT;
        withhold (treat, index, "withheld.rejected", 1, NULL);
        return;
    case MUGAI_ACTION_CHAIN:
        return;
    }
}

static void
start_chain (MugaiTreat *treat, uint32_t index, Slot *slot)
{
    if (slot->input != NULL && strcmp (slot->facts.family, "text") == 0)
        g_clear_pointer (&slot->input, g_bytes_unref); /* inspected raw; the chain wants UTF-8 */
    if (slot->input == NULL)
        slot->input = chain_input (treat, index);
    if (slot->input == NULL) {
        withhold (treat, index, "limit.memory", 1, NULL);
        return;
    }
    slot->part = (MugaiChainPart){ .data = slot->input,
                                   .facts = &slot->facts,
                                   .path = mugai_walk_part (treat->walk, index)->path,
                                   .index = index };
    slot->run = mugai_chain_start (treat->chain, &slot->part, &slot->decision);
}

static void
start (MugaiTreat *treat, uint32_t index)
{
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    Slot *slot = slot_at (treat, index);

    slot->started = true;
    slot->treated.deliver = part->role != MUGAI_ROLE_MEMBER;
    if (part->withhold != NULL)
        withhold (treat, index, part->withhold, 1, part->declared);
    else if (!part->chosen)
        row_at (treat, index)->outcome = MUGAI_OUTCOME_CONVERTED;
    else if (part->role == MUGAI_ROLE_BODY && part->size == 0)
        row_at (treat, index)->outcome = MUGAI_OUTCOME_DELIVERED;
    else {
        judge (treat, index, slot);
        settle (treat, index, slot);
        if (slot->decision.action == MUGAI_ACTION_CHAIN)
            start_chain (treat, index, slot);
    }
}

static bool finish (MugaiTreat *treat, uint32_t index, GError **error);

/* What a converter made is a part again, in the place of the one it was made of. */
static bool
walk_again (MugaiTreat *treat, uint32_t index, const MugaiChainResult *result, GError **error)
{
    MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    MugaiReportPart *row = row_at (treat, index);
    uint32_t child;

    if (!mugai_walk_add (treat->walk, index, part->name[0] != '\0' ? part->name : "converted", NULL,
                         result->data, &child, error))
        return false;
    row->leaf = part->leaf = false;
    row->outcome = MUGAI_OUTCOME_NONE;
    if (part->role == MUGAI_ROLE_BODY &&
        strcmp (mugai_walk_part (treat->walk, child)->type->family, "text") == 0)
        mugai_walk_part (treat->walk, child)->role = MUGAI_ROLE_BODY;
    start (treat, child);
    slot_at (treat, child)->treated.deliver = slot_at (treat, index)->treated.deliver;
    return finish (treat, child, error);
}

/* Did the part keep its form? */
static MugaiOutcome
outcome_of (const MugaiWalkPart *part, const MugaiType *type)
{
    if (part->role == MUGAI_ROLE_BODY)
        return strcmp (part->type->id, "text") == 0 ? MUGAI_OUTCOME_DELIVERED
                                                    : MUGAI_OUTCOME_CONVERTED;
    return part->type == type ? MUGAI_OUTCOME_DELIVERED : MUGAI_OUTCOME_CONVERTED;
}

static void
take_result (MugaiTreat *treat, uint32_t index, Slot *slot, const MugaiChainResult *result)
{
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    MugaiReportPart *row = row_at (treat, index);
    const MugaiType *type = result->type != NULL ? mugai_type_by_id (result->type) : NULL;

    if (result->verdict != MUGAI_KEEP && result->verdict != MUGAI_REPLACE) {
        const char *reason =
            result->reason != NULL && result->reason[0] != '\0' ? result->reason : "filter.refused";
        withhold (treat, index, reason, 1, result->evidence);
        return;
    }
    bool fits = type != NULL && type->grammar != 0 && result->data != NULL &&
                (part->role != MUGAI_ROLE_BODY || strcmp (type->id, "text") == 0);
    if (!fits) {
        withhold (treat, index, "withheld.profile", 1, result->type);
        return;
    }
    slot->treated.data = g_bytes_ref (result->data);
    slot->treated.type = type;
    if (row->leaf)
        row->outcome = outcome_of (part, type);
}

/* Members of a container that is not delivered share its fate, unless they go on by themselves. */
static void
withhold_members (MugaiTreat *treat, uint32_t index)
{
    for (uint32_t i = index + 1; i < treat->walk->parts->len; i++) {
        MugaiReportPart *row = row_at (treat, i);

        if (row->parent == index && row->leaf && !slot_at (treat, i)->treated.deliver &&
            row->outcome != MUGAI_OUTCOME_WITHHELD)
            withhold (treat, i, "withheld.parent", 1, NULL);
    }
}

static bool
finish (MugaiTreat *treat, uint32_t index, GError **error)
{
    Slot *slot = slot_at (treat, index);
    MugaiChainResult result = { 0 };

    if (slot->finished || !slot->started)
        return true;
    slot->finished = true;
    if (slot->run == NULL)
        return true;
    if (!mugai_chain_finish (treat->chain, g_steal_pointer (&slot->run), &result, error))
        return false;
    g_clear_pointer (&slot->input, g_bytes_unref);
    MugaiReportPart *row = row_at (treat, index);
    row->method = g_strdup (result.method != NULL ? result.method : "");
    bool ok = true;
    if (result.again)
        ok = walk_again (treat, index, &result, error);
    else
        take_result (treat, index, slot, &result);
    if (!row_at (treat, index)->leaf && slot->treated.data == NULL && !result.again)
        withhold_members (treat, index);
    mugai_chain_result_clear (&result);
    return ok;
}

static int
host_child_add (void *walk, uint32_t parent, const char *name, const char *declared, GBytes *data)
{
    MugaiTreat *treat = walk;
    uint32_t child;

    if (!mugai_walk_add (treat->walk, parent, name, declared, data, &child, NULL))
        return -1;
    if (strcmp (mugai_walk_part (treat->walk, parent)->type->family, "text") == 0) {
        /* a file that stood in a text: the text is still one, and the file is an attachment */
        mugai_walk_part (treat->walk, child)->role = MUGAI_ROLE_ATTACHMENT;
        row_at (treat, child)->role = MUGAI_ROLE_ATTACHMENT;
    } else {
        row_at (treat, parent)->leaf = mugai_walk_part (treat->walk, parent)->leaf = false;
        row_at (treat, parent)->outcome = MUGAI_OUTCOME_NONE;
    }
    start (treat, child);
    return (int)child;
}

static bool
known_child (MugaiTreat *treat, int handle)
{
    return handle > 0 && (uint32_t)handle < treat->walk->parts->len &&
           slot_at (treat, (uint32_t)handle)->started;
}

static bool
host_child_result (void *walk, int handle, mugai_child *ret)
{
    MugaiTreat *treat = walk;

    if (!known_child (treat, handle) ||
        !finish (treat, (uint32_t)handle, treat->error == NULL ? &treat->error : NULL))
        return false;
    Slot *slot = slot_at (treat, (uint32_t)handle);
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, (uint32_t)handle);
    const MugaiReportPart *row = row_at (treat, (uint32_t)handle);
    size_t size = 0;
    const uint8_t *data =
        slot->treated.data != NULL ? g_bytes_get_data (slot->treated.data, &size) : NULL;

    if (data != NULL || slot->treated.data != NULL) {
        g_free (slot->child_name);
        slot->child_name = mugai_filename_for (part->name, slot->treated.type, "part", false);
    }
    *ret = (mugai_child){ .size_of = sizeof *ret,
                          .delivered = slot->treated.data != NULL,
                          .data = data,
                          .size = size,
                          .name = slot->child_name != NULL ? slot->child_name : "",
                          .type = slot->treated.type != NULL ? slot->treated.type->id : "",
                          .reason = row->reason != NULL ? row->reason : "" };
    return true;
}

static bool
host_child_deliver (void *walk, int handle)
{
    MugaiTreat *treat = walk;
    mugai_child child;

    if (!host_child_result (walk, handle, &child))
        return false;
    slot_at (treat, (uint32_t)handle)->treated.deliver = true;
    return true;
}

static void
host_finding (void *walk, uint32_t part, const char *code, uint64_t count, const char *evidence)
{
    MugaiTreat *treat = walk;

    mugai_walk_finding (treat->walk, part, code, count, evidence);
}

static uint64_t
host_expanded_left (void *walk)
{
    MugaiTreat *treat = walk;
    return treat->walk->limits->expanded - treat->walk->expanded;
}

static bool
host_spend (void *walk, uint64_t bytes)
{
    MugaiTreat *treat = walk;

    if (bytes > host_expanded_left (walk))
        return false;
    treat->walk->expanded += bytes;
    return true;
}

static const char *
host_sniff (void *walk, GBytes *data, const char *claimed)
{
    (void)walk;
    size_t size;
    const void *bytes = g_bytes_get_data (data, &size);
    const MugaiType *type = mugai_type_by_id (claimed);

    if (type != NULL && strcmp (type->family, "text") == 0 &&
        (size == 0 ||
         (memchr (bytes, '\0', size) == NULL && g_utf8_validate (bytes, (gssize)size, NULL))))
        return type->id;
    MugaiSniff window = mugai_sniff_window (bytes, size);
    return mugai_sniff (&window, type != NULL ? type->media : "", "")->id;
}

MugaiTreat *
mugai_treat_new (MugaiWalk *walk, const MugaiRules *rules, const MugaiModules *modules,
                 const MugaiItemFacts *item, int channel, uint64_t job)
{
    MugaiTreat *treat = g_new0 (MugaiTreat, 1);

    treat->walk = walk;
    treat->rules = rules;
    treat->item = item;
    treat->action = MUGAI_ACTION_CHAIN;
    treat->slots = g_ptr_array_new_with_free_func (slot_free);
    treat->host = (MugaiChainHost){ .walk = treat,
                                    .child_add = host_child_add,
                                    .child_result = host_child_result,
                                    .child_deliver = host_child_deliver,
                                    .finding = host_finding,
                                    .spend = host_spend,
                                    .expanded_left = host_expanded_left,
                                    .sniff = host_sniff };
    treat->chain = mugai_chain_new (modules, rules, &treat->host, channel, job);
    return treat;
}

void
mugai_treat_free (MugaiTreat *treat)
{
    if (treat == NULL)
        return;
    mugai_chain_free (treat->chain);
    g_ptr_array_unref (treat->slots);
    g_clear_error (&treat->error);
    g_free (treat);
}

bool
mugai_treat_all (MugaiTreat *treat, GError **error)
{
    uint32_t count = treat->walk->parts->len;

    for (uint32_t i = 0; i < count; i++)
        if (mugai_walk_part (treat->walk, i)->leaf)
            start (treat, i);
    for (uint32_t i = 0; i < treat->walk->parts->len; i++)
        if (!finish (treat, i, error))
            return false;
    if (treat->error != NULL) {
        g_propagate_error (error, g_steal_pointer (&treat->error));
        return false;
    }
    return true;
}

MugaiAction
mugai_treat_action (const MugaiTreat *treat)
{
    return treat->action;
}

MugaiTreated *
mugai_treat_result (MugaiTreat *treat, uint32_t index)
{
    return &slot_at (treat, index)->treated;
}
