/* SPDX-License-Identifier: Apache-2.0 */
#include "chain/answer.h"

#include <string.h>

enum { EVIDENCE = 1024 /* bytes kept of one evidence */ };

static void
finding_free (void *data)
{
    MugaiFinding *finding = data;

    g_free (finding->code);
    g_free (finding->evidence);
    g_free (finding);
}

static char *
text (const char *value, size_t max)
{
    return value != NULL ? g_strndup (value, strnlen (value, max)) : g_strdup ("");
}

MugaiAnswer *
mugai_answer_new (void)
{
    MugaiAnswer *answer = g_new0 (MugaiAnswer, 1);

    answer->verdict = MUGAI_REFUSE;
    answer->type = g_strdup ("");
    answer->reason = g_strdup ("");
    answer->evidence = g_strdup ("");
    answer->findings = g_ptr_array_new_with_free_func (finding_free);
    return answer;
}

void
mugai_answer_free (MugaiAnswer *answer)
{
    if (answer == NULL)
        return;
    g_clear_pointer (&answer->data, g_bytes_unref);
    g_free (answer->type);
    g_free (answer->reason);
    g_free (answer->evidence);
    g_ptr_array_unref (answer->findings);
    g_free (answer);
}

void
mugai_answer_reason (MugaiAnswer *answer, const char *reason, const char *evidence)
{
    g_free (answer->reason);
    g_free (answer->evidence);
    answer->reason = text (reason, EVIDENCE);
    answer->evidence = text (evidence, EVIDENCE);
}

void
mugai_answer_refuse (MugaiAnswer *answer, const char *reason, const char *evidence)
{
    answer->verdict = MUGAI_REFUSE;
    g_clear_pointer (&answer->data, g_bytes_unref);
    g_ptr_array_set_size (answer->findings, 0);
    answer->n_facts = 0;
    mugai_answer_reason (answer, reason, evidence);
}

void
mugai_answer_finding (MugaiAnswer *answer, const char *code, uint64_t count, const char *evidence)
{
    for (guint i = 0; i < answer->findings->len; i++) {
        MugaiFinding *at = g_ptr_array_index (answer->findings, i);
        if (strcmp (at->code, code) == 0 &&
            strncmp (at->evidence, evidence != NULL ? evidence : "", EVIDENCE) == 0) {
            at->count = count > UINT64_MAX - at->count ? UINT64_MAX : at->count + count;
            return;
        }
    }
    if (answer->findings->len >= MUGAI_ANSWER_FINDINGS)
        return;
    MugaiFinding *finding = g_new0 (MugaiFinding, 1);
    finding->code = text (code, EVIDENCE);
    finding->count = count;
    finding->evidence = text (evidence, EVIDENCE);
    g_ptr_array_add (answer->findings, finding);
}

bool
mugai_answer_fact (MugaiAnswer *answer, const char *key, uint64_t value)
{
    size_t n = answer->n_facts;

    if (n >= MUGAI_ANSWER_FACTS || strlen (key) >= sizeof answer->facts[0].key)
        return false;
    g_strlcpy (answer->facts[n].key, key, sizeof answer->facts[n].key);
    answer->facts[n].value = value;
    answer->n_facts++;
    return true;
}

MugaiAnswer *
mugai_answer_from_wire (const MugaiIsolateAnswer *wire, GBytes *data)
{
    MugaiAnswer *answer = mugai_answer_new();

    answer->verdict = (mugai_verdict_t)wire->verdict;
    answer->data = data != NULL ? g_bytes_ref (data) : NULL;
    g_free (answer->type);
    answer->type = g_strdup (wire->type);
    mugai_answer_reason (answer, wire->reason, wire->evidence);
    for (uint32_t i = 0; i < wire->n_findings; i++)
        mugai_answer_finding (answer, wire->findings[i].code, wire->findings[i].count,
                              wire->findings[i].evidence);
    for (uint32_t i = 0; i < wire->n_facts; i++)
        mugai_answer_fact (answer, wire->facts[i].key, wire->facts[i].value);
    return answer;
}
