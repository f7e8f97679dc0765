/* SPDX-License-Identifier: Apache-2.0
 *
 * rules: one immutable value with everything an administrator decides: limits, settings, and the ordered rules of the site
 * followed by those of the preset. Made from YAML by load.c (supervisor, command line), carried to workers as bytes.
 * Trust: the file is the administrator's; the binary form comes from our own supervisor, and is read with bounds all the same.
 */
#pragma once

#include "base/limits.h"
#include "core/catalogue.h"
#include "core/facts.h"
#include "core/report.h"

#include <glib.h>
#include <stdbool.h>

typedef enum MugaiLanguage { MUGAI_LANGUAGE_JA = 1, MUGAI_LANGUAGE_EN } MugaiLanguage;
typedef enum MugaiLinks { MUGAI_LINKS_SHOW = 1, MUGAI_LINKS_DEFANG, MUGAI_LINKS_DROP } MugaiLinks;
typedef enum MugaiNoticePlace {
    MUGAI_NOTICE_END = 1,
    MUGAI_NOTICE_START,
    MUGAI_NOTICE_ATTACHMENT, /* a text; one line in the body when something was withheld */
    MUGAI_NOTICE_NONE        /* but one line in the body when something was withheld */
} MugaiNoticePlace;
typedef enum MugaiBodyCharset { MUGAI_BODY_UTF_8 = 1, MUGAI_BODY_ISO_2022_JP } MugaiBodyCharset;
typedef enum MugaiAlternatives { /* which of multipart/alternative becomes the body */
    MUGAI_ALTERNATIVES_COMPARE = 1, /* by content */
    MUGAI_ALTERNATIVES_PLAIN,
    MUGAI_ALTERNATIVES_HTML
} MugaiAlternatives;

typedef struct MugaiSettings { /* borrowed from the rules */
    const char *preset;
    MugaiLanguage language;
    MugaiLinks links;
    MugaiAlternatives alternatives;
    MugaiNoticePlace notice;
    MugaiLanguage notice_language;
    const char *notice_template; /* of rules/notice-template.h, "": ours */
    const char *links_trusted;   /* domains parted by blanks, "": none */
    MugaiBodyCharset charset; /* of the body that goes out */
    const char *const *gaiji; /* table of message/gaiji.h */
    const char *const *header_keep; /* lower-case names, NULL-terminated */
    const char *subject_prefix;
    const char *const *inner_domains;
    const char *trusted_authserv_id; /* "" none */
    const char *const *outbound_clients; /* addresses or CIDR */
} MugaiSettings;

typedef struct MugaiRules MugaiRules;

/* mugai_rules_load:
 * @path: a rules file; `rules.d` beside it is read too (*.yaml in name order). NULL: the preset u-remove alone.
 * @catalogue: what filters there are, borrowed; NULL: filters' names and parameters are not checked.
 * Links: rules_load_dep (reads YAML); everything else of this header is in rules_dep.
 * Errors: MUGAI_ERROR_USAGE "FILE:LINE:COLUMN: what is wrong; did you mean ...?"; also a file that is not there;
 * MUGAI_ERROR_RESOURCE: one that cannot be read now.
 */
MugaiRules *mugai_rules_load (const char *path, const MugaiCatalogue *catalogue, GError **error);
void mugai_rules_free (MugaiRules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiRules, mugai_rules_free)

/* Returns: (transfer full) the binary form; its SHA-256 is the policy hash. */
GBytes *mugai_rules_write (const MugaiRules *rules);
MugaiRules *mugai_rules_read (const void *data, size_t size, GError **error);

/* SHA-256 of the binary form. */
const uint8_t *mugai_rules_policy (const MugaiRules *rules);
const MugaiLimits *mugai_rules_limits (const MugaiRules *rules);
const MugaiSettings *mugai_rules_settings (const MugaiRules *rules);

/* How many rules there are, and the name of one: what an index in a trace means. "" when there is none. */
size_t mugai_rules_count (const MugaiRules *rules);
const char *mugai_rules_name (const MugaiRules *rules, size_t index);

/* Does any rule run @filter with @value for its parameter @name? */
bool mugai_rules_names_value (const MugaiRules *rules, const char *filter, const char *name, const char *value);

typedef enum MugaiAction {
    MUGAI_ACTION_CHAIN = 1, /* run filters */
    MUGAI_ACTION_WITHHOLD,
    MUGAI_ACTION_HOLD,   /* the whole item waits for a person */
    MUGAI_ACTION_REJECT, /* the whole item is refused, 5xx */
} MugaiAction;

typedef struct MugaiStepValue { /* a parameter as written in the rule */
    const char *name;
    const char *value;
} MugaiStepValue;

typedef struct MugaiStep { /* one filter of a chain */
    const char *filter;
    const MugaiStepValue *values;
    size_t n_values;
} MugaiStep;

typedef struct MugaiStepChain {
    const MugaiStep *steps;
    size_t n_steps;
} MugaiStepChain;

typedef struct MugaiDecision { /* borrowed from the rules */
    MugaiAction action;
    MugaiAction drop;      /* when a filter that judges says DROP: WITHHOLD, HOLD, REJECT */
    uint32_t rule;         /* index; G_MAXUINT32: none matched, which means withhold */
    const char *rule_name; /* "" when none */
    const char *file;
    uint32_t line;
    const MugaiStepChain *chains; /* `do`, then each `else` */
    size_t n_chains;
} MugaiDecision;

/* Asked for facts that need a decoder. @need: the condition's key ("encrypted"). May be NULL: then they stay unknown and a
 * condition on them does not hold, nor does its `not`. */
typedef void (*MugaiInspect) (void *data, const char *need, MugaiPartFacts *facts);

/* mugai_rules_decide:
 * First rule whose conditions all hold. A fact that a mail lacks (no From, no authentication result) is "" or "none"; one that
 * cannot be known (client and sender of a batch item, what no filter could find out) fails a condition and its `not`.
 * `to` and `to-domain`, with `not` too, must hold for every recipient.
 * @trace: borrowed; every earlier rule is added to it with the first condition that failed; NULL: no trace. The facts are updated by @inspect only.
 */
MugaiDecision mugai_rules_decide (const MugaiRules *rules, const MugaiItemFacts *item, MugaiPartFacts *part,
                                  MugaiInspect inspect, void *inspect_data, MugaiReportPart *trace);

/* Is this mail not ours (it leaves)? client among outbound.clients and no recipient in inner.domains. Needs only the envelope. */
bool mugai_rules_outbound (const MugaiRules *rules, const MugaiEnvelope *envelope);
