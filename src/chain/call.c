/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the first thing a filter does that it may not do is its breach; every host call
 * fails from then on, and whatever it returns in the end is REFUSE with the breach as the reason.
 * What it put out is only looked at with REPLACE.
 */
#include "chain/call.h"

#include "core/finding.h"

#include <string.h>

typedef struct Child {
    int handle;
    bool asked, delivered;
} Child;

struct mugai_call {
    const MugaiCallSite *site;
    uint64_t output_max;
    bool inspecting;
    bool put;
    bool said;
    bool opened; /* a mail: its parts are children that nobody asks for */
    GByteArray *output;
    GArray *children; /* of Child */
    MugaiAnswer *answer;
    const char *breach; /* finding code, NULL none */
    const char *what;
};

static int
breach (mugai_call *call, const char *code, const char *what)
{
    if (call->breach == NULL) {
        call->breach = code;
        call->what = what;
    }
    return -1;
}

static int
nonsense (mugai_call *call, const char *what)
{
    return breach (call, "filter.nonsense", what);
}

bool
mugai_call_code (const mugai_filter_info *info, const char *code)
{
    return mugai_finding_info (code) != NULL || mugai_module_code (info, code) != NULL;
}

static void
host_finding (mugai_call *call, const char *code, uint64_t count, const char *evidence)
{
    if (code == NULL || !mugai_call_code (&call->site->filter->info, code))
        nonsense (call, "unknown finding code");
    else
        mugai_answer_finding (call->answer, code, count, evidence);
}

static void
host_reason (mugai_call *call, const char *code, const char *evidence)
{
    if (code == NULL || !mugai_call_code (&call->site->filter->info, code))
        nonsense (call, "unknown reason code");
    else
        mugai_answer_reason (call->answer, code, evidence);
}

static int
host_put (mugai_call *call, const void *data, size_t size)
{
    if (call->breach != NULL)
        return -1;
    if (call->inspecting || call->site->filter->info.gives == NULL)
        return nonsense (call, "put out where nothing may be put out");
    call->put = true;
    if (size > call->output_max - call->output->len || size > G_MAXUINT - call->output->len)
        return breach (call, "filter.limit", "output");
    if (size > 0)
        g_byte_array_append (call->output, data, (guint)size);
    return 0;
}

static int
host_put_type (mugai_call *call, const char *type)
{
    if (call->breach != NULL)
        return -1;
    if (call->inspecting || type == NULL || strlen (type) > 31)
        return nonsense (call, "no type");
    g_free (call->answer->type);
    call->answer->type = g_strdup (type);
    return 0;
}

static bool
is_container (const mugai_call *call)
{
    return !call->inspecting && call->site->filter->info.container != 0;
}

static int
host_child_add (mugai_call *call, const char *name, const char *declared, const void *data,
                size_t size)
{
    const MugaiChainHost *host = call->site->host;

    if (call->breach != NULL)
        return -1;
    if (!is_container (call) || host->child_add == NULL)
        return nonsense (call, "child of a filter that is no container");
    if (host->spend != NULL && !host->spend (host->walk, size))
        return breach (call, "limit.expanded", "children");
    g_autoptr (GBytes) bytes = g_bytes_new (data, size);
    bool document = call->site->filter->info.container == MUGAI_CONTAINER_DOCUMENT;
    const char *code = "filter.limit";
    int handle = host->child_add (host->walk, call->site->index, document, name != NULL ? name : "",
                                  declared != NULL ? declared : "", bytes, &code);
    if (handle < 0)
        return breach (call, code, "children");
    Child child = { .handle = handle };
    g_array_append_val (call->children, child);
    return handle;
}

static Child *
child_of (mugai_call *call, int handle)
{
    for (guint i = 0; i < call->children->len; i++) {
        Child *child = &g_array_index (call->children, Child, i);
        if (child->handle == handle)
            return child;
    }
    return NULL;
}

static int
host_child_result (mugai_call *call, int handle, mugai_child *child)
{
    const MugaiChainHost *host = call->site->host;
    Child *asked = child_of (call, handle);
    mugai_child full = { .size_of = sizeof full };

    if (call->breach != NULL)
        return -1;
    if (asked == NULL || asked->asked || asked->delivered || child == NULL ||
        child->size_of < sizeof (size_t))
        return nonsense (call, "result of a child that is none");
    asked->asked = true;
    if (!host->child_result (host->walk, handle, &full))
        return breach (call, "filter.refused", "a child came to no end");
    size_t size = child->size_of < sizeof full ? child->size_of : sizeof full;
    full.size_of = size;
    memcpy (child, &full, size);
    return 0;
}

static int
host_child_deliver (mugai_call *call, int handle)
{
    const MugaiChainHost *host = call->site->host;
    Child *child = child_of (call, handle);

    if (call->breach != NULL)
        return -1;
    if (child == NULL || child->delivered)
        return nonsense (call, "delivery of a child that is none");
    child->delivered = true;
    if (!host->child_deliver (host->walk, handle))
        return breach (call, "filter.refused", "a child could not be delivered");
    return 0;
}

static int
read_mail (mugai_call *call, GBytes *mail, int place)
{
    const MugaiChainHost *host = call->site->host;
    g_autoptr (GBytes) text = NULL;

    if (!is_container (call) || host->mail == NULL)
        return nonsense (call, "mail of a filter that is no container");
    if (call->opened || place < MUGAI_MAIL_ATTACHMENT || place > MUGAI_MAIL_STEAD)
        return nonsense (call, "mail for the second time, or for no place");
    call->opened = true;
    const char *code =
        host->mail (host->walk, call->site->index, mail, (mugai_mail_place)place, &text);
    if (code != NULL)
        return breach (call, code, "parts of a mail");
    size_t size;
    const void *data = g_bytes_get_data (text, &size);
    return host_put (call, data, size);
}

static int
host_mail (mugai_call *call, int place)
{
    return call->breach != NULL ? -1 : read_mail (call, call->site->data, place);
}

static int
host_mail_made (mugai_call *call, const void *data, size_t size, int place)
{
    const MugaiChainHost *host = call->site->host;

    if (call->breach != NULL)
        return -1;
    if (host->spend != NULL && !host->spend (host->walk, size))
        return breach (call, "limit.expanded", "a mail");
    g_autoptr (GBytes) mail = g_bytes_new (data, size);
    return read_mail (call, mail, place);
}

static int
host_say (mugai_call *call, const char *text, size_t size)
{
    const MugaiChainHost *host = call->site->host;

    if (call->breach != NULL)
        return -1;
    if (call->inspecting || host->say == NULL || call->said || size > call->output_max)
        return nonsense (call, "text for the body");
    call->said = true;
    g_autoptr (GBytes) bytes = g_bytes_new (text, size);
    const char *code = host->say (host->walk, call->site->index, bytes);
    return code == NULL ? 0 : breach (call, code, "text for the body");
}

static int
host_page (mugai_call *call, const mugai_page *page)
{
    (void)page;
    return nonsense (call, "page of a filter that runs in the walk");
}

static int
host_text_run (mugai_call *call, const mugai_text_run *run)
{
    (void)run;
    return nonsense (call, "text run of a filter that runs in the walk");
}

static int
host_fact (mugai_call *call, const char *key, uint64_t value)
{
    if (call->breach != NULL)
        return -1;
    if (!call->inspecting || key == NULL || !mugai_answer_fact (call->answer, key, value))
        return nonsense (call, "fact");
    return 0;
}

static int
host_socket (mugai_call *call)
{
    return nonsense (call, "socket of a filter that runs in the walk");
}

static const mugai_host the_host = {
    .size_of = sizeof the_host,
    .abi = MUGAI_FILTER_ABI,
    .finding = host_finding,
    .reason = host_reason,
    .put = host_put,
    .put_type = host_put_type,
    .child_add = host_child_add,
    .child_result = host_child_result,
    .child_deliver = host_child_deliver,
    .page = host_page,
    .text_run = host_text_run,
    .fact = host_fact,
    .socket = host_socket,
    .mail = host_mail,
    .mail_made = host_mail_made,
    .say = host_say,
};

static mugai_call
begin (const MugaiCallSite *site, const mugai_part *part, bool inspecting)
{
    return (mugai_call){ .site = site,
                         .output_max = part->output_max,
                         .inspecting = inspecting,
                         .output = g_byte_array_new(),
                         .children = g_array_new (FALSE, FALSE, sizeof (Child)),
                         .answer = mugai_answer_new() };
}

static MugaiAnswer *
end (mugai_call *call)
{
    MugaiAnswer *answer = call->answer;

    if (call->breach != NULL) {
        g_autofree char *evidence =
            g_strdup_printf ("%s, %s", call->site->filter->info.name, call->what);
        mugai_answer_refuse (answer, call->breach, evidence);
    }
    g_byte_array_unref (call->output);
    g_array_unref (call->children);
    return answer;
}

static void
check_children (mugai_call *call)
{
    for (guint i = 0; i < call->children->len; i++) {
        const Child *child = &g_array_index (call->children, Child, i);
        if (!child->asked && !child->delivered)
            nonsense (call, "forgot a child");
    }
}

/* The verdict and what was put out must fit each other. */
static void
settle (mugai_call *call, mugai_verdict_t verdict)
{
    call->answer->verdict = verdict;
    switch (verdict) {
    case MUGAI_KEEP:
        if (call->put)
            nonsense (call, "output beside KEEP");
        break;
    case MUGAI_REPLACE:
        if (!call->put)
            nonsense (call, "REPLACE without output");
        else
            call->answer->data = g_byte_array_free_to_bytes (g_steal_pointer (&call->output));
        call->output = call->output != NULL ? call->output : g_byte_array_new();
        break;
    case MUGAI_DROP:
    case MUGAI_REFUSE:
        break;
    case MUGAI_LATER:
    default:
        nonsense (call, "unknown verdict");
        break;
    }
}

MugaiAnswer *
mugai_call_run (const MugaiCallSite *site, const mugai_part *part, bool *ret_children)
{
    mugai_call call = begin (site, part, false);
    mugai_verdict_t verdict = site->filter->info.run (&the_host, &call, part);

    *ret_children = call.children->len > 0 || call.opened || call.said;
    settle (&call, verdict);
    if (verdict != MUGAI_REFUSE)
        check_children (&call);
    return end (&call);
}

MugaiAnswer *
mugai_call_inspect (const MugaiCallSite *site, const mugai_part *part)
{
    mugai_call call = begin (site, part, true);

    call.answer->verdict = MUGAI_KEEP;
    if (site->filter->info.inspect (&the_host, &call, part) != 0)
        breach (&call, "filter.refused", "inspect failed");
    return end (&call);
}
