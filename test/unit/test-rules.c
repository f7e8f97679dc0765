/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules: what loads and what does not (with the exact place), each condition in both directions,
 * the trace, the binary form.
 */
#include "core/error.h"
#include "rules/glob.h"
#include "rules/lint.h"
#include "rules/nearest.h"
#include "rules/network.h"
#include "rules/probe.h"
#include "rules/reach.h"
#include "rules/rules.h"
#include "rules/units.h"

#include "tap.h"

#include <glib/gstdio.h>

#define NOW INT64_C (1790000000000000) /* 2026-09-21 */

static MugaiCatalogue *
catalogue (void)
{
    static const mugai_param links[] = {
        { .name = "form", .kind = MUGAI_PARAM_WORD, .value = "show", .words = "show defang drop" },
    };
    static const mugai_param form[] = {
        { .name = "form", .kind = MUGAI_PARAM_WORD, .value = "file", .words = "file text" },
    };
    static const mugai_param into[] = {
        { .name = "into",
          .kind = MUGAI_PARAM_WORD,
          .value = "attachment",
          .words = "attachment body" },
    };
    static const mugai_param width[] = {
        { .name = "width", .kind = MUGAI_PARAM_INTEGER, .value = "0", .min = 0, .max = 1000 },
    };
    static const mugai_param pdf[] = {
        { .name = "dpi", .kind = MUGAI_PARAM_INTEGER, .value = "150", .min = 50, .max = 600 },
        { .name = "text-layer", .kind = MUGAI_PARAM_BOOLEAN, .value = "no" },
    };
    static const mugai_param socket[] = {
        { .name = "socket", .kind = MUGAI_PARAM_TEXT, .value = NULL },
    };
    static const mugai_filter_info infos[] = {
        { .name = "calendar-text",
          .takes = "ics",
          .gives = "ics text",
          .runs = MUGAI_RUNS_WALK,
          .params = form,
          .n_params = 1 },
        { .name = "vcard-text",
          .takes = "vcf",
          .gives = "vcf text",
          .runs = MUGAI_RUNS_WALK,
          .params = form,
          .n_params = 1 },
        { .name = "smime", .takes = "p7m", .gives = "eml", .runs = MUGAI_RUNS_WALK },
        { .name = "mail",
          .takes = "eml",
          .gives = "text",
          .runs = MUGAI_RUNS_WALK,
          .params = into,
          .n_params = 1 },
        { .name = "outlook-msg",
          .takes = "msg",
          .gives = "text",
          .runs = MUGAI_RUNS_WALK,
          .params = into,
          .n_params = 1 },
        { .name = "tnef",
          .takes = "tnef",
          .gives = "text",
          .runs = MUGAI_RUNS_WALK,
          .params = into,
          .n_params = 1 },
        { .name = "text-clean",
          .takes = "text csv",
          .gives = "text",
          .runs = MUGAI_RUNS_WALK,
          .params = width,
          .n_params = 1 },
        { .name = "enriched-text", .takes = "enriched", .gives = "text", .runs = MUGAI_RUNS_WALK },
        { .name = "html-text", .takes = "html", .gives = "text", .runs = MUGAI_RUNS_WALK },
        { .name = "link-defang",
          .takes = "text",
          .gives = "text",
          .runs = MUGAI_RUNS_WALK,
          .params = links,
          .n_params = 1 },
        { .name = "pdf-image",
          .takes = "pdf",
          .gives = "png",
          .runs = MUGAI_RUNS_ISOLATED,
          .params = pdf,
          .n_params = 2 },
        { .name = "tidy-html", .takes = "html", .gives = "html", .runs = MUGAI_RUNS_WALK },
        { .name = "clamd",
          .takes = "*",
          .runs = MUGAI_RUNS_SUPERVISED,
          .params = socket,
          .n_params = 1 },
    };
    MugaiCatalogue *all = mugai_catalogue_new();

    for (size_t i = 0; i < G_N_ELEMENTS (infos); i++)
        mugai_catalogue_add (all, &infos[i], "test");
    return all;
}

static MugaiRules *
parse (const char *text, GError **error)
{
    g_autoptr (MugaiCatalogue) all = catalogue();
    return mugai_rules_parse ("dir/t.yaml", text, strlen (text), all, error);
}

/* Without a catalogue: no filter is known, and none is missed. */
static MugaiRules *
parse_bare (const char *text)
{
    return mugai_rules_parse ("t.yaml", text, strlen (text), NULL, NULL);
}

/* --- loading --- */

#define HEAD "version: 1\n"
#define RULE HEAD "rules:\n- name: r\n"
#define END  "\n  then: withhold\n"

static const struct {
    const char *text;
    const char *error; /* begins with this */
} wrong[] = {
    { "", "dir/t.yaml:1:1: version is missing" },
    { "# nothing\n", "dir/t.yaml:1:1: version is missing" },
    { "just words\n", "dir/t.yaml:1:1: a rules file is a mapping" },
    { "version: 2\n", "dir/t.yaml:1:10: version: this program reads version 1 only" },
    { HEAD "prest: a-text\n",
      "dir/t.yaml:2:1: a rules file has no key \"prest\"; did you mean \"preset\"?" },
    { HEAD "nonsense: 1\n", "dir/t.yaml:2:1: a rules file has no key \"nonsense\"; it takes: " },
    { HEAD "preset: a-txt\n",
      "dir/t.yaml:2:9: preset: \"a-txt\" is not known; did you mean \"a-text\"?" },
    { HEAD "language: jp\n",
      "dir/t.yaml:2:11: language: \"jp\" is not known; did you mean \"ja\"?" },
    { HEAD "language: [ja]\n", "dir/t.yaml:2:11: language takes one value" },
    { HEAD "language:\n", "dir/t.yaml:2:10: language has no value" },
    { HEAD "language: &a ja\n", "dir/t.yaml:2:11: anchors (&name) are not allowed" },
    { HEAD "language: *a\n", "dir/t.yaml:2:11: aliases (*name) are not allowed" },
    { HEAD "language: !!str ja\n", "dir/t.yaml:2:11: tags (!name) are not allowed" },
    { HEAD "language: ! ja\n", "dir/t.yaml:2:11: tags (!name) are not allowed" },
    { HEAD "language: ja\nlanguage: ja\n", "dir/t.yaml:3:1: \"language\" stands twice" },
    { HEAD "---\nversion: 1\n", "dir/t.yaml:2:1: a second document" },
    { HEAD "? [a, b]\n: c\n", "dir/t.yaml:2:3: a key must be a word" },
    { HEAD "a: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n", "dir/t.yaml:2:19: nested deeper than 16" },
    { HEAD "language: \"j\\x1ba\"\n", "dir/t.yaml:2:11: a control character" },
    { HEAD "language: \"j\\u202ea\"\n", "dir/t.yaml:2:11: a control character" },
    { HEAD "language: ja\n\tbody: 1\n", "dir/t.yaml:3:1: a tab cannot indent; use spaces" },
    { HEAD "rules: [\n", "dir/t.yaml:3:1: " },
    { HEAD "language: \xff\n", "dir/t.yaml:" },
    { HEAD "body: { link: show }\n",
      "dir/t.yaml:2:9: body has no key \"link\"; did you mean \"links\"?" },
    { HEAD "body: { notice: middle }\n",
      "dir/t.yaml:2:17: notice: \"middle\" is not known; one of: end start attachment none" },
    { HEAD "headers: { keep: [from, x-mailer] }\n",
      "dir/t.yaml:2:25: keep: \"x-mailer\" is not known; one of: from" },
    { HEAD "headers: { keep: [form] }\n",
      "dir/t.yaml:2:19: keep: \"form\" is not known; did you mean \"from\"?" },
    { HEAD "inner: { domains: [a@example.jp] }\n", "dir/t.yaml:2:20: domains: write a domain" },
    { HEAD "outbound: { clients: [192.0.2.1/24] }\n",
      "dir/t.yaml:2:23: clients: \"192.0.2.1/24\" is no" },
    { HEAD "outbound: { clients: [192.0.2.0/24] }\n",
      "dir/t.yaml:2:11: outbound.clients needs inner.domains" },
    { HEAD "limits: { item: 50Mib }\n",
      "dir/t.yaml:2:17: limits.item: \"50Mib\" is not a size such as 20MiB" },
    { HEAD "limits: { item: 1B }\n", "dir/t.yaml:2:17: limits.item: 1B is not from 4KiB to 2GiB" },
    { HEAD "limits: { time: 60 }\n",
      "dir/t.yaml:2:17: limits.time: \"60\" is not a time such as 30s" },
    { HEAD "limits: { partz: 60 }\n",
      "dir/t.yaml:2:11: limits has no key \"partz\"; did you mean \"parts\"?" },
    { HEAD "rules: {}\n", "dir/t.yaml:2:8: rules is a list" },
    { HEAD "rules:\n- when: { type: pdf }\n  then: withhold\n",
      "dir/t.yaml:3:3: the rule has no name" },
    { HEAD "rules:\n- name: ''\n  then: withhold\n", "dir/t.yaml:3:9: name has no value" },
    { HEAD "rules:\n- text\n", "dir/t.yaml:3:3: a rule is a mapping" },
    { RULE, "dir/t.yaml:3:3: the rule has no ending" },
    { RULE "  when: {}" END, "dir/t.yaml:4:9: when is empty" },
    { RULE "  when:" END, "dir/t.yaml:4:8: when is a mapping" },
    { RULE "  whn: { type: pdf }" END,
      "dir/t.yaml:4:3: a rule has no key \"whn\"; did you mean \"when\"?" },
    { RULE "  when: { tpye: pdf }" END,
      "dir/t.yaml:4:11: when has no key \"tpye\"; did you mean \"type\"?" },
    { RULE "  when: { type: pfd }" END,
      "dir/t.yaml:4:17: type \"pfd\" is not known; did you mean \"pdf\"?" },
    { RULE "  when: { type: [pdf, jpg] }" END,
      "dir/t.yaml:4:23: type \"jpg\" is not known; did you mean \"jpeg\"?" },
    { RULE "  when: { type: [] }" END, "dir/t.yaml:4:17: type: an empty list matches nothing" },
    { RULE "  when: { type: { nt: pdf } }" END,
      "dir/t.yaml:4:19: type has no key \"nt\"; did you mean \"not\"?" },
    { RULE "  when: { type: {} }" END, "dir/t.yaml:4:17: type has no value" },
    { RULE "  when: { type: { not: { not: pdf } } }" END,
      "dir/t.yaml:4:24: type: not takes a value" },
    { RULE "  when: { not: { type: pdf, size: '> 1B' } }" END,
      "dir/t.yaml:4:16: not takes one key" },
    { RULE "  when: { not: { not: { type: pdf } } }" END, "dir/t.yaml:4:18: not inside not" },
    { RULE "  when: { family: exe }" END, "dir/t.yaml:4:19: family \"exe\" is not known; " },
    { RULE "  when: { size: 20MiB }" END, "dir/t.yaml:4:17: size needs a comparison, in quotes" },
    { RULE "  when: { size: '<= 20Mo' }" END,
      "dir/t.yaml:4:17: size needs a comparison with a size" },
    { RULE "  when: { depth: '< x' }" END,
      "dir/t.yaml:4:18: depth needs a comparison with a whole" },
    { RULE "  when: { from: example.jp }" END,
      "dir/t.yaml:4:17: from takes addresses: write \"*@example.jp\"" },
    { RULE "  when: { extension: .exe }" END,
      "dir/t.yaml:4:22: an extension is written without its dot: exe" },
    { RULE "  when: { client: example.jp }" END, "dir/t.yaml:4:19: client takes an IP address" },
    { RULE "  when: { auth: pass }" END,
      "dir/t.yaml:4:17: auth is a mapping with the keys: spf dkim dmarc" },
    { RULE "  when: { auth: { dkin: pass } }" END,
      "dir/t.yaml:4:19: auth has no key \"dkin\"; did you mean \"dkim\"?" },
    { RULE "  when: { auth: { dkim: ok } }" END,
      "dir/t.yaml:4:25: auth.dkim \"ok\" is not known; " },
    { RULE "  when: { encrypted: maybe }" END, "dir/t.yaml:4:22: encrypted takes yes or no" },
    { RULE "  when: { to-domain: 'a@b' }" END,
      "dir/t.yaml:4:22: to-domain takes what follows the @" },
    { RULE "  when: { name: }" END, "dir/t.yaml:4:17: name has no value" },
    { RULE "  then: withold\n",
      "dir/t.yaml:4:9: then: \"withold\" is not known; did you mean \"withhold\"?" },
    { RULE "  then: deliver\n",
      "dir/t.yaml:4:9: then: \"deliver\" is not known; one of: withhold hold reject" },
    { RULE "  do: [text-clean]\n  then: hold\n",
      "dir/t.yaml:5:9: a rule has `do` or `then`, not both" },
    { RULE "  then: hold\n  else: [text-clean]\n", "dir/t.yaml:5:9: `else` needs a `do`" },
    { RULE "  do: []\n", "dir/t.yaml:4:7: the list of filters is empty" },
    { RULE "  do: [text-claen]\n",
      "dir/t.yaml:4:8: there is no filter \"text-claen\"; did you mean \"text-clean\"?" },
    { RULE "  do: [ocr-everything]\n",
      "dir/t.yaml:4:8: the filter \"ocr-everything\" is not installed" },
    { RULE "  do: [pdf-image: { dip: 150 }]\n",
      "dir/t.yaml:4:21: pdf-image has no parameter \"dip\"; did you mean \"dpi\"?" },
    { RULE "  do: [pdf-image: { dpi: 9999 }]\n",
      "dir/t.yaml:4:26: pdf-image: dpi: 9999 is not from 50 to 600" },
    { RULE "  do: [pdf-image: 150]\n", "dir/t.yaml:4:19: parameters of pdf-image are a mapping" },
    { RULE "  do: [{ a: {}, b: {} }]\n", "dir/t.yaml:4:8: a filter is written NAME" },
    { RULE "  do: [clamd]\n", "dir/t.yaml:4:8: clamd needs the parameter socket" },
    { RULE "  do: [text-clean]\n  exception: { owner: a, reason: b }\n",
      "dir/t.yaml:5:14: an exception names owner, reason and until" },
    { RULE "  do: [text-clean]\n  exception: { owner: a, reason: b, until: 2027-02-30 }\n",
      "dir/t.yaml:5:44: until: \"2027-02-30\" is no date" },
};

static void
test_wrong (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (MugaiRules) rules = parse (wrong[i].text, &error);
        bool right = rules == NULL && g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE) &&
                     g_str_has_prefix (error->message, wrong[i].error) &&
                     strchr (error->message, '\n') == NULL;
        if (!right)
            printf ("# got: %s\n", error != NULL ? error->message : "rules");
        CHECK_NAMED (right, "%s", wrong[i].error);
    }
}

static void
test_settings (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiRules) rules = parse (
        HEAD
        "language: en\nbody: { charset: utf-8, links: drop, alternatives: html, notice: start }\n"
        "headers: { keep: [from, date], subject-prefix: '[外部] ' }\n"
        "inner: { domains: [a.jp, '*.a.jp'], trusted-authserv-id: mx.a.jp }\n"
        "outbound: { clients: 192.0.2.0/24 }\n"
        "limits: { item: 20MiB, output: 10MB, time: 1m, parts: 12 }\n",
        &error);

    if (rules == NULL)
        printf ("# %s\n", error->message);
    CHECK (rules != NULL);
    if (rules == NULL)
        return;
    const MugaiSettings *s = mugai_rules_settings (rules);
    const MugaiLimits *limits = mugai_rules_limits (rules);
    CHECK (s->language == MUGAI_LANGUAGE_EN && s->links == MUGAI_LINKS_DROP);
    CHECK (s->alternatives == MUGAI_ALTERNATIVES_HTML && s->notice == MUGAI_NOTICE_START);
    CHECK (strcmp (s->header_keep[1], "date") == 0 && s->header_keep[2] == NULL);
    CHECK (strcmp (s->subject_prefix, "[外部] ") == 0 && strcmp (s->preset, "u-remove") == 0);
    CHECK (strcmp (s->inner_domains[1], "*.a.jp") == 0);
    CHECK (strcmp (s->trusted_authserv_id, "mx.a.jp") == 0);
    CHECK (strcmp (s->outbound_clients[0], "192.0.2.0/24") == 0);
    CHECK (limits->item == 20u << 20 && limits->output == 10000000 && limits->time == 60000000);
    CHECK (limits->parts == 12 && limits->depth == mugai_limits_default().depth);

    g_autoptr (MugaiRules) none = mugai_rules_load (NULL, NULL, &error);
    CHECK (none != NULL && strcmp (mugai_rules_settings (none)->preset, "u-remove") == 0);
    CHECK (mugai_rules_settings (none)->language == MUGAI_LANGUAGE_JA);
    CHECK (mugai_rules_load ("/no/such/file", NULL, &error) == NULL);
    CHECK (g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE));
    g_clear_error (&error);
    CHECK (mugai_rules_load ("/", NULL, &error) == NULL);
    CHECK (g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE));
}

/* --- deciding --- */

static const char *const one_recipient[] = { "a@x.jp", NULL };
static const char *const two_recipients[] = { "a@x.jp", "b@y.jp", NULL };
static const char *const no_recipients[] = { NULL };

static MugaiItemFacts
item_facts (void)
{
    return (MugaiItemFacts){
        .from = "Yamada@Pref.Example.LG.JP",
        .sender = "bounce@example.jp",
        .recipients = one_recipient,
        .subject = "【至急】見積書の件",
        .client_address = "192.0.2.7",
        .dkim = "pass",
        .dmarc = "fail",
        .date_us = NOW,
    };
}

static MugaiPartFacts
part_facts (void)
{
    return (MugaiPartFacts){
        .type = "xlsm",
        .family = "spreadsheet",
        .declared = "application/vnd.ms-excel",
        .extension = "xlsm",
        .name = "Report 一.XLSM",
        .charset = "",
        .container = "zip",
        .size = 1000,
        .depth = 2,
        .role = MUGAI_ROLE_MEMBER,
        .mismatch = true,
    };
}

static void
inspect (void *data, const char *need, MugaiPartFacts *part)
{
    GString *asked = data;

    g_string_append_printf (asked, "%s;", need);
    if (strcmp (need, "active") == 0)
        part->active = MUGAI_ACTIVE_KNOWN | MUGAI_ACTIVE_MACRO | MUGAI_ACTIVE_DDE;
    if (strcmp (need, "encrypted") == 0)
        part->encrypted = MUGAI_NO;
    if (strcmp (need, "pages") == 0) {
        part->pages = 5;
        part->pages_known = true;
    }
}

/* Does a rule with this `when` match? 1, 0, or -1: it does not load. */
static int
holds (const char *when, const MugaiItemFacts *item, MugaiPartFacts part, bool with_inspect)
{
    g_autofree char *text = g_strdup_printf (RULE "  when: { %s }" END, when);
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiRules) loaded = parse (text, &error);
    g_autoptr (GString) asked = g_string_new (NULL);

    if (loaded == NULL) {
        printf ("# %s: %s\n", when, error->message);
        return -1;
    }
    g_autoptr (GBytes) bytes = mugai_rules_write (loaded);
    g_autoptr (MugaiRules) rules =
        mugai_rules_read (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
    if (rules == NULL)
        return -1;
    MugaiDecision d =
        mugai_rules_decide (rules, item, &part, with_inspect ? inspect : NULL, asked, NULL);
    return d.rule == 0;
}

static const struct {
    const char *when;
    int expected;
} conditions[] = {
    { "type: xlsm", 1 },
    { "type: [pdf, xlsm]", 1 },
    { "type: pdf", 0 },
    { "type: { not: pdf }", 1 },
    { "type: { not: [pdf, xlsm] }", 0 },
    { "not: { type: pdf }", 1 },
    { "not: { type: xlsm }", 0 },
    { "family: spreadsheet", 1 },
    { "family: image", 0 },
    { "declared: 'application/*'", 1 },
    { "declared: 'image/*'", 0 },
    { "extension: xlsm", 1 },
    { "extension: XLSM", 1 },
    { "extension: xls", 0 },
    { "extension: 'xls?'", 1 },
    { "name: '*.xlsm'", 1 },
    { "name: 'report ?.xlsm'", 1 },
    { "name: 'report ??.xlsm'", 0 },
    { "name: ''", 0 },
    { "size: '<= 1000B'", 1 },
    { "size: '< 1000'", 0 },
    { "size: '> 999'", 1 },
    { "size: '>=1kB'", 1 },
    { "size: '= 1000'", 1 },
    { "size: '> 1KiB'", 0 },
    { "depth: 2", 1 },
    { "depth: '> 2'", 0 },
    { "container: zip", 1 },
    { "container: ''", 0 },
    { "container: { not: '' }", 1 },
    { "role: member", 1 },
    { "role: [body, inline]", 0 },
    { "mismatch: yes", 1 },
    { "mismatch: no", 0 },
    { "mismatch: true", 1 },
    { "charset: ''", 1 },
    { "charset: 'iso-2022-*'", 0 },
    { "from: '*@pref.example.lg.jp'", 1 },
    { "from: 'yamada@*'", 1 },
    { "from: '*@example.lg.jp'", 0 },
    { "from: { not: '*@pref.example.lg.jp' }", 0 },
    { "sender: 'bounce@example.jp'", 1 },
    { "sender: ''", 0 },
    { "to: 'a@x.jp'", 1 },
    { "to: 'b@y.jp'", 0 },
    { "to: { not: 'b@y.jp' }", 1 },
    { "to: { not: 'a@x.jp' }", 0 },
    { "to-domain: x.jp", 1 },
    { "to-domain: y.jp", 0 },
    { "subject: '*見積*'", 1 },
    { "subject: '見積*'", 0 },
    { "client: 192.0.2.0/24", 1 },
    { "client: '2001:db8::/32'", 0 },
    { "client: { not: 10.0.0.0/8 }", 1 },
    { "auth: { dkim: pass }", 1 },
    { "auth: { dkim: pass, dmarc: pass }", 0 },
    { "auth: { dmarc: { not: pass } }", 1 },
    { "auth: { spf: none }", 1 },
    { "auth: { spf: pass }", 0 },
    { "not: { auth: { dmarc: pass } }", 1 },
    { "encrypted: no", 1 },
    { "encrypted: yes", 0 },
    { "encrypted: { not: yes }", 1 },
    { "signed: yes", 0 },
    { "signed: no", 0 },
    { "signed: { not: yes }", 0 },
    { "active: macro", 1 },
    { "active: [javascript, dde]", 1 },
    { "active: javascript", 0 },
    { "active: { not: javascript }", 1 },
    { "active: any", 1 },
    { "active: none", 0 },
    { "pages: '<= 5'", 1 },
    { "pages: '> 5'", 0 },
    { "pixels: '< 5'", 0 },
    { "pixels: { not: '< 5' }", 0 },
    { "type: xlsm, size: '< 1MiB', auth: { dkim: pass }", 1 },
    { "type: xlsm, size: '< 1B', auth: { dkim: pass }", 0 },
};

static void
test_conditions (void)
{
    MugaiItemFacts item = item_facts();
    MugaiPartFacts part = part_facts();

    for (size_t i = 0; i < G_N_ELEMENTS (conditions); i++)
        CHECK_NAMED (holds (conditions[i].when, &item, part, true) == conditions[i].expected,
                     "%s: %s", conditions[i].when, conditions[i].expected ? "holds" : "does not");
    CHECK (holds ("encrypted: no", &item, part, false) == 0);
    CHECK (holds ("encrypted: { not: yes }", &item, part, false) == 0);
    CHECK (holds ("active: none", &item, part, false) == 0);

    item.recipients = two_recipients;
    CHECK (holds ("to: 'a@x.jp'", &item, part, true) == 0);
    CHECK (holds ("to: ['a@x.jp', '*@y.jp']", &item, part, true) == 1);
    CHECK_NAMED (holds ("to: { not: 'b@y.jp' }", &item, part, true) == 0,
                 "not must hold for every recipient too");
    CHECK (holds ("to: { not: 'c@y.jp' }", &item, part, true) == 1);
    CHECK (holds ("to-domain: ['x.jp', 'y.jp']", &item, part, true) == 1);
    item.recipients = no_recipients;
    CHECK (holds ("to: '*'", &item, part, true) == 0);
    CHECK (holds ("to: { not: 'a@x.jp' }", &item, part, true) == 0);

    item = (MugaiItemFacts){ .recipients = no_recipients };
    CHECK_NAMED (holds ("from: { not: 'a@b' }", &item, part, true) == 1, "no From is \"\"");
    CHECK_NAMED (holds ("sender: { not: 'a@b' }", &item, part, true) == 0, "sender not known");
    CHECK (holds ("client: { not: 192.0.2.0/24 }", &item, part, true) == 0);
    item.sender = "";
    CHECK (holds ("sender: ''", &item, part, true) == 1);
    item.client_address = "IPv6:::ffff:192.0.2.9";
    CHECK (holds ("client: 192.0.2.0/24", &item, part, true) == 1);

    part.name = "プ.txt"; /* decomposed: フ and a combining mark */
    CHECK (holds ("name: 'プ.txt'", &item, part, true) == 1);
}

static void
test_trace (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiRules) rules = parse (
        HEAD "rules:\n"
             "- name: one\n  when: { type: pdf, size: '< 1MiB' }\n  then: reject\n"
             "- name: two\n  when: { type: xlsm, size: '< 10B' }\n  then: reject\n"
             "- name: three\n  when: { type: xlsm, active: none }\n  then: hold\n"
             "- name: four\n  when: { type: xlsm, from: 'x@y' }\n  then: hold\n"
             "- name: past\n  then: hold\n  exception: { owner: o, reason: r, until: 2026-09-20 }\n"
             "- name: five\n  when: { active: macro }\n  do: [text-clean, link-defang]\n"
             "  else: [[html-text], [pdf-image: { dpi: 150, text-layer: true }]]\n"
             "  exception: { owner: o, reason: r, until: 2026-09-21 }\n"
             "preset: a-text\n",
        &error);
    static const char *const expected[] = { "type=xlsm", "size=1000", "active=macro,dde",
                                            "from=Yamada\\x0a@Pref", "exception.until=2026-09-20" };
    MugaiItemFacts item = item_facts();
    MugaiPartFacts part = part_facts();
    g_autoptr (MugaiReport) report = mugai_report_new();
    g_autoptr (GString) asked = g_string_new (NULL);

    CHECK (rules != NULL);
    if (rules == NULL)
        return;
    item.from = "Yamada\n@Pref";
    MugaiReportPart *trace = mugai_report_add_part (report, 0, NULL);
    MugaiDecision d = mugai_rules_decide (rules, &item, &part, inspect, asked, trace);
    CHECK (d.rule == 5 && d.action == MUGAI_ACTION_CHAIN && strcmp (d.rule_name, "five") == 0);
    CHECK (strcmp (d.file, "t.yaml") == 0 && d.line == 18);
    CHECK (d.n_chains == 3 && d.chains[0].n_steps == 2 && d.chains[2].steps[0].n_values == 2);
    CHECK (strcmp (d.chains[2].steps[0].values[0].name, "dpi") == 0);
    CHECK_NAMED (d.chains[0].steps[1].n_values == 1 &&
                     strcmp (d.chains[0].steps[1].values[0].value, "show") == 0,
                 "body.links is the default of link-defang");
    CHECK_NAMED (strcmp (asked->str, "active;") == 0, "inspect is asked once: %s", asked->str);
    CHECK (trace->trace->len == G_N_ELEMENTS (expected));
    for (guint i = 0; i < trace->trace->len && i < G_N_ELEMENTS (expected); i++) {
        const MugaiTraceStep *step = g_ptr_array_index (trace->trace, i);
        g_autofree char *got = g_strdup_printf ("%s=%s", step->key, step->value);
        CHECK_NAMED (step->rule == i && strcmp (got, expected[i]) == 0, "trace: %s", got);
    }
    CHECK (strcmp (mugai_rules_name (rules, 4), "past") == 0);

    /* The last day of an exception ends at 24:00 in Japan. */
    item.date_us = INT64_C (1790002799) * 1000000;
    CHECK (mugai_rules_decide (rules, &item, &part, inspect, asked, NULL).rule == 5);
    item.date_us += 1000000;
    d = mugai_rules_decide (rules, &item, &part, inspect, asked, NULL);
    CHECK (d.rule == 15 && d.action == MUGAI_ACTION_WITHHOLD);
    CHECK (strcmp (d.file, "preset-a-text.yaml") == 0 && d.line > 0);
}

static void
test_inspect_once (void)
{
    g_autoptr (MugaiRules) rules = parse (HEAD "rules:\n"
                                               "- name: a\n  when: { signed: yes }\n  then: hold\n"
                                               "- name: b\n  when: { signed: no }\n  then: hold\n"
                                               "- name: c\n  when: { pages: 5 }\n  then: hold\n"
                                               "- name: d\n  when: { pages: 5 }\n  then: hold\n",
                                          NULL);
    MugaiItemFacts item = item_facts();
    MugaiPartFacts part = part_facts();
    g_autoptr (GString) asked = g_string_new (NULL);

    CHECK (mugai_rules_decide (rules, &item, &part, inspect, asked, NULL).rule == 2);
    CHECK_NAMED (strcmp (asked->str, "signed;pages;") == 0, "asked: %s", asked->str);
}

static void
test_preset (void)
{
    g_autoptr (MugaiRules) rules = parse_bare (HEAD "preset: a-text\n");
    static const struct {
        MugaiRole role;
        const char *type;
        size_t steps;
    } parts[] = {
        { MUGAI_ROLE_BODY, "text", 2 },       { MUGAI_ROLE_BODY, "html", 3 },
        { MUGAI_ROLE_ATTACHMENT, "text", 0 }, { MUGAI_ROLE_INLINE, "png", 0 },
        { MUGAI_ROLE_MEMBER, "pdf", 0 },      { MUGAI_ROLE_BODY, "rtf", 0 },
    };
    MugaiItemFacts item = item_facts();

    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++) {
        MugaiPartFacts part = { .type = parts[i].type, .family = "", .role = parts[i].role };
        MugaiDecision d = mugai_rules_decide (rules, &item, &part, NULL, NULL, NULL);
        CHECK_NAMED ((d.action == MUGAI_ACTION_CHAIN) == (parts[i].steps > 0) &&
                         (parts[i].steps == 0 || d.chains[0].n_steps == parts[i].steps) &&
                         d.rule_name[0] != '\0',
                     "preset a-text: %s %d: %s", parts[i].type, (int)parts[i].role, d.rule_name);
    }
}

/* Every preset: loads, delivers bodies, and ends in "withhold" for what no rule of it names. */
static void
test_presets (void)
{
    static const char *const names[] = { "a-text", "u-image", "u-remove" };
    static const struct {
        const char *type, *family;
    } never[] = { { "exe", "executable" },
                  { "vbs", "script" },
                  { "lnk", "shortcut" },
                  { "unknown", "unknown" },
                  { "polyglot", "unknown" } };
    MugaiItemFacts item = item_facts();

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree char *text = g_strdup_printf ("version: 1\npreset: %s\n", names[i]);
        g_autoptr (MugaiRules) rules =
            mugai_rules_parse ("t.yaml", text, strlen (text), NULL, NULL);
        CHECK_NAMED (rules != NULL, "preset %s loads", names[i]);
        MugaiPartFacts body = { .type = "html", .family = "text", .role = MUGAI_ROLE_BODY };
        CHECK (mugai_rules_decide (rules, &item, &body, NULL, NULL, NULL).action ==
               MUGAI_ACTION_CHAIN);
        for (size_t n = 0; n < G_N_ELEMENTS (never); n++) {
            MugaiPartFacts part = { .type = never[n].type,
                                    .family = never[n].family,
                                    .role = MUGAI_ROLE_ATTACHMENT };
            MugaiDecision d = mugai_rules_decide (rules, &item, &part, NULL, NULL, NULL);
            CHECK_NAMED (d.action == MUGAI_ACTION_WITHHOLD && d.rule != G_MAXUINT32,
                         "preset %s: %s is withheld by a rule", names[i], never[n].type);
        }
    }
}

static void
test_binary (void)
{
    g_autofree char *path =
        g_build_filename (g_getenv ("MUGAI_SOURCE") ? g_getenv ("MUGAI_SOURCE") : ".",
                          "samples/rules/town.yaml", NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiCatalogue) all = catalogue();
    g_autoptr (MugaiRules) rules = mugai_rules_load (path, all, &error);

    if (rules == NULL)
        printf ("# %s\n", error->message);
    CHECK (rules != NULL);
    if (rules == NULL)
        return;
    g_autoptr (GBytes) bytes = mugai_rules_write (rules);
    size_t size;
    const uint8_t *data = g_bytes_get_data (bytes, &size);
    g_autoptr (MugaiRules) again = mugai_rules_read (data, size, &error);
    CHECK (again != NULL);
    if (again == NULL)
        return;
    g_autoptr (GBytes) twice = mugai_rules_write (again);
    CHECK (g_bytes_equal (bytes, twice));
    CHECK (memcmp (mugai_rules_policy (rules), mugai_rules_policy (again), 32) == 0);
    g_autoptr (MugaiRules) preset = mugai_rules_load (NULL, NULL, NULL);
    CHECK (memcmp (mugai_rules_policy (rules), mugai_rules_policy (preset), 32) != 0);

    bool cut = true;
    for (size_t i = 0; i < size; i++) {
        g_autofree uint8_t *part = g_memdup2 (data, i);
        g_autoptr (MugaiRules) less = mugai_rules_read (part, i, NULL);
        cut = cut && less == NULL;
    }
    CHECK_NAMED (cut, "no beginning of rules is rules");
    g_autofree uint8_t *copy = g_memdup2 (data, size);
    bool stable = true;
    for (size_t i = 0; i < size; i++)
        for (unsigned bit = 1; bit < 256; bit *= 4) {
            copy[i] ^= (uint8_t)bit;
            g_autoptr (MugaiRules) changed = mugai_rules_read (copy, size, NULL);
            if (changed != NULL) {
                g_autoptr (GBytes) back = mugai_rules_write (changed);
                stable = stable && g_bytes_get_size (back) == size &&
                         memcmp (g_bytes_get_data (back, NULL), copy, size) == 0;
            }
            copy[i] ^= (uint8_t)bit;
        }
    CHECK_NAMED (stable, "what is read from changed bytes writes the same bytes");
}

static void
test_drop_ins (void)
{
    g_autofree char *dir = g_dir_make_tmp ("mugai-rules-XXXXXX", NULL);
    g_autofree char *main_file = g_build_filename (dir, "rules.yaml", NULL);
    g_autofree char *folder = g_build_filename (dir, "rules.d", NULL);
    g_autofree char *b = g_build_filename (folder, "20-b.yaml", NULL);
    g_autofree char *a = g_build_filename (folder, "10-a.yaml", NULL);
    g_autofree char *other = g_build_filename (folder, "30-c.yml", NULL);
    g_autoptr (GError) error = NULL;

    g_mkdir (folder, 0700);
    g_file_set_contents (main_file, RULE "  when: { type: pdf }" END "preset: a-text\n", -1, NULL);
    g_file_set_contents (b, "rules:\n- name: b\n  when: { type: gif }" END, -1, NULL);
    g_file_set_contents (a, HEAD "rules:\n- name: a\n  when: { type: png }" END, -1, NULL);
    g_autoptr (MugaiRules) rules = mugai_rules_load (main_file, NULL, &error);
    CHECK (rules != NULL && mugai_rules_count (rules) == 13);
    CHECK (rules != NULL && strcmp (mugai_rules_name (rules, 1), "a") == 0);
    CHECK (rules != NULL && strcmp (mugai_rules_name (rules, 2), "b") == 0);

    g_file_set_contents (b, "language: en\n", -1, NULL);
    CHECK (mugai_rules_load (main_file, NULL, &error) == NULL);
    CHECK (error != NULL &&
           strstr (error->message, "20-b.yaml:1:1: \"language\" belongs into the main file"));
    g_clear_error (&error);
    g_unlink (b);
    g_file_set_contents (other, "", -1, NULL);
    CHECK (mugai_rules_load (main_file, NULL, &error) == NULL);
    CHECK (error != NULL && strstr (error->message, "rename it to end in .yaml"));
    g_unlink (other);
    g_unlink (a);
    g_rmdir (folder);
    g_unlink (main_file);
    g_rmdir (dir);
}

/* --- lint --- */

static const struct {
    const char *rules;
    const char *code; /* the first; NULL: nothing found */
    bool error;
} lints[] = {
    { "- name: a\n  when: { from: 'a@b.jp' }\n  do: [text-clean]\n", "forgeable", true },
    { "- name: a\n  when: { sender: 'a@b.jp', type: text }\n  do: [text-clean]\n", "forgeable",
      true },
    { "- name: a\n  when: { from: { not: 'a@b.jp' } }\n  do: [text-clean]\n", "forgeable", true },
    { "- name: a\n  when: { from: 'a@b.jp', auth: { dmarc: fail } }\n  do: [text-clean]\n",
      "forgeable", true },
    { "- name: a\n  when: { from: 'a@b.jp', auth: { dmarc: [pass, none] } }\n  do: [text-clean]\n",
      "forgeable", true },
    { "- name: a\n  when: { from: 'a@b.jp', auth: { dmarc: { not: pass } } }\n  do: [text-clean]\n",
      "forgeable", true },
    { "- name: a\n  when: { from: 'a@b.jp', client: { not: 192.0.2.1 } }\n  do: [text-clean]\n",
      "forgeable", true },
    { "- name: a\n  when: { from: 'a@b.jp', auth: { dmarc: pass } }\n  do: [text-clean]\n", NULL,
      false },
    { "- name: a\n  when: { from: 'a@b.jp', client: 192.0.2.1 }\n  do: [text-clean]\n", NULL,
      false },
    { "- name: a\n  when: { from: 'a@b.jp' }\n  then: hold\n", NULL, false },
    { "- name: a\n  when: { from: 'a@b.jp', auth: { dkim: pass } }\n  do: [text-clean]\n", NULL,
      false },
    { "- name: a\n  when: { from: 'a@b.jp', auth: { spf: pass } }\n  do: [text-clean]\n",
      "forgeable", true },
    { "- name: a\n  when: { from: 'a@b.jp', sender: 'a@b.jp', auth: { spf: pass } }\n  do: "
      "[text-clean]\n",
      "forgeable", true },
    { "- name: a\n  when: { type: html }\n  do: [text-clean]\n", "type-not-taken", true },
    { "- name: a\n  when: { type: [text, pdf] }\n  do: [text-clean]\n", "type-not-taken", true },
    { "- name: a\n  when: { family: image }\n  do: [text-clean]\n", "type-not-taken", true },
    { "- name: a\n  when: { family: text }\n  do: [text-clean]\n", NULL, false },
    { "- name: a\n  when: { type: html }\n  do: [html-text, html-text]\n", "type-not-taken", true },
    { "- name: a\n  when: { type: html }\n  do: [tidy-html]\n", "ends-nowhere", true },
    { "- name: a\n  when: { type: pdf }\n  do: [pdf-image]\n  else: [text-clean]\n",
      "type-not-taken", true },
    { "- name: a\n  when: { type: pdf }\n  do: [clamd: { socket: /s }]\n", "only-judges", true },
    { "- name: a\n  when: { type: pdf }\n  do: [clamd: { socket: /s }, pdf-image]\n", NULL, false },
    { "- name: a\n  when: { family: [image, video] }\n  then: hold\n"
      "- name: b\n  when: { type: png, size: '> 1B' }\n  then: reject\n",
      "shadowed", false },
    { "- name: a\n  when: { size: '> 1MiB' }\n  then: hold\n"
      "- name: b\n  when: { size: '> 2MiB' }\n  then: reject\n",
      "shadowed", false },
    { "- name: a\n  when: { size: '> 2MiB' }\n  then: hold\n"
      "- name: b\n  when: { size: '> 1MiB' }\n  then: reject\n",
      NULL, false },
    { "- name: a\n  when: { client: 192.0.2.0/24 }\n  then: hold\n"
      "- name: b\n  when: { client: 192.0.2.7 }\n  then: reject\n",
      "shadowed", false },
    { "- name: a\n  when: { type: { not: [pdf, png] } }\n  then: hold\n"
      "- name: b\n  when: { type: { not: [pdf, png, gif] } }\n  then: reject\n",
      "shadowed", false },
    { "- name: a\n  when: { type: { not: [pdf, png, gif] } }\n  then: hold\n"
      "- name: b\n  when: { type: { not: [pdf, png] } }\n  then: reject\n",
      NULL, false },
    { "- name: a\n  when: { type: [pdf, png] }\n  then: hold\n"
      "- name: b\n  when: { type: [pdf, gif] }\n  then: reject\n",
      NULL, false },
    { "- name: a\n  then: hold\n  exception: { owner: o, reason: r, until: 2099-01-01 }\n"
      "- name: b\n  when: { type: pdf }\n  then: reject\n",
      NULL, false },
    { "- name: a\n  when: { type: pdf }\n  then: hold\n"
      "- name: a\n  when: { type: png }\n  then: reject\n",
      "same-name", false },
    { "- name: a\n  when: { type: pdf, family: image }\n  then: hold\n", "impossible", false },
    { "- name: a\n  then: hold\n  exception: { owner: o, reason: r, until: 2020-01-01 }\n",
      "expired", false },
    { "- name: a\n  then: hold\n  exception: { owner: o, reason: r, until: 2026-10-19 }\n",
      "expires-soon", false },
    { "- name: a\n  then: hold\n  exception: { owner: o, reason: r, until: 2026-10-22 }\n", NULL,
      false },
    { "- name: a\n  when: { encrypted: yes }\n  then: hold\n", "never-known", false },
};

static void
test_lint (void)
{
    g_autoptr (MugaiCatalogue) all = catalogue();

    for (size_t i = 0; i < G_N_ELEMENTS (lints); i++) {
        g_autofree char *text =
            g_strconcat (HEAD "preset: a-text\ninner: { trusted-authserv-id: a }\nrules:\n",
                         lints[i].rules, NULL);
        g_autoptr (GError) error = NULL;
        g_autoptr (MugaiRules) rules = parse (text, &error);
        if (rules == NULL) {
            CHECK_NAMED (false, "%s", error->message);
            continue;
        }
        g_autoptr (GPtrArray) found = mugai_rules_lint (rules, all, NOW);
        const MugaiLint *first = found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
        bool right = lints[i].code == NULL
                         ? first == NULL
                         : first != NULL && strcmp (first->code, lints[i].code) == 0 &&
                               first->error == lints[i].error && first->line >= 4 &&
                               first->ja[0] != '\0';
        if (!right)
            printf ("# %s got: %s\n", lints[i].rules, first != NULL ? first->en : "nothing");
        CHECK_NAMED (right, "lint %zu: %s", i, lints[i].code != NULL ? lints[i].code : "nothing");
    }
    g_autoptr (MugaiRules) rules = parse (RULE "  when: { auth: { spf: pass } }" END, NULL);
    g_autoptr (GPtrArray) found = mugai_rules_lint (rules, NULL, 0);
    CHECK (found->len == 1 && strcmp (((MugaiLint *)found->pdata[0])->code, "no-authserv-id") == 0);
    rules = (mugai_rules_free (rules), parse (HEAD "headers: { keep: [to] }\n", NULL));
    g_ptr_array_unref (found);
    found = mugai_rules_lint (rules, NULL, 0);
    CHECK (found->len == 2 && strcmp (((MugaiLint *)found->pdata[0])->code, "header-needed") == 0);
}

/* --- small parts --- */

static void
test_small (void)
{
    uint64_t value = 0;
    char text[32];
    MugaiNetwork network;

    CHECK (mugai_glob ("*", "") && mugai_glob ("a*b*c", "aXbXbc") && !mugai_glob ("a*b", "aXbX"));
    CHECK (mugai_glob ("?", "あ") && !mugai_glob ("?", "") && !mugai_glob ("", "a"));
    CHECK (mugai_glob ("*@B.jp", "x@b.JP") && mugai_glob ("?\xff", "\xe3\xff"));
    g_autofree char *stars = g_strnfill (200, '*'), *many = g_strnfill (100000, 'a');
    g_autofree char *pattern = g_strconcat (stars, "a*a*a*a*b", NULL);
    CHECK (!mugai_glob (pattern, many));

    CHECK (mugai_units_parse (MUGAI_UNIT_BYTES, "20MiB", &value) && value == 20 << 20);
    CHECK (mugai_units_parse (MUGAI_UNIT_BYTES, "10 MB", &value) && value == 10000000);
    CHECK (mugai_units_parse (MUGAI_UNIT_US, "90d", &value) && value == 7776000000000);
    CHECK (!mugai_units_parse (MUGAI_UNIT_US, "90", &value));
    CHECK (!mugai_units_parse (MUGAI_UNIT_BYTES, "99999999999GiB", &value));
    CHECK (!mugai_units_parse (MUGAI_UNIT_BYTES, "18446744073709551616", &value));
    CHECK (!mugai_units_parse (MUGAI_UNIT_BYTES, "-1", &value));
    CHECK (!mugai_units_parse (MUGAI_UNIT_COUNT, "1k", &value) && value == 7776000000000);
    mugai_units_print (MUGAI_UNIT_BYTES, 20 << 20, text, sizeof text);
    CHECK (strcmp (text, "20MiB") == 0);
    mugai_units_print (MUGAI_UNIT_US, 60000000, text, sizeof text);
    CHECK (strcmp (text, "1m") == 0);

    CHECK (mugai_network_parse ("192.0.2.0/24", &network));
    CHECK (mugai_network_holds (&network, "192.0.2.255") &&
           !mugai_network_holds (&network, "192.0.3.0"));
    CHECK (!mugai_network_holds (&network, "x") &&
           mugai_network_holds (&network, "::ffff:192.0.2.1"));
    CHECK (mugai_network_parse ("2001:db8::/33", &network));
    CHECK (mugai_network_holds (&network, "2001:db8:7fff::1") &&
           !mugai_network_holds (&network, "2001:db8:8000::1"));
    CHECK (mugai_network_parse ("0.0.0.0/0", &network) &&
           mugai_network_holds (&network, "8.8.8.8"));
    CHECK (!mugai_network_holds (&network, "2001:db8::1"));
    CHECK (!mugai_network_parse ("192.0.2.0/33", &network) &&
           !mugai_network_parse ("192.0.2.0/", &network));
    CHECK (!mugai_network_parse ("192.0.2.1/24", &network) && !mugai_network_parse ("", &network));

    MugaiNearest nearest = mugai_nearest ("Txet_clean");
    mugai_nearest_try (&nearest, "html-text");
    mugai_nearest_try (&nearest, "text-clean");
    CHECK (strcmp (nearest.best, "text-clean") == 0 && nearest.distance == 1);
    nearest = mugai_nearest ("xyz");
    mugai_nearest_try (&nearest, "abc");
    CHECK (nearest.best[0] == '\0');
}

static void
test_outbound (void)
{
    g_autoptr (MugaiRules) rules = parse (HEAD "inner: { domains: [in.jp, '*.in.jp'] }\n"
                                               "outbound: { clients: [192.0.2.0/24] }\n",
                                          NULL);
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();

    g_ptr_array_add (envelope->recipients, g_strdup ("a@out.jp"));
    CHECK (!mugai_rules_outbound (rules, envelope));
    envelope->client_address = g_strdup ("192.0.2.1");
    CHECK (mugai_rules_outbound (rules, envelope));
    envelope->client_address[6] = '3'; /* 192.0.3.1 */
    CHECK (!mugai_rules_outbound (rules, envelope));
    envelope->client_address[6] = '2';
    g_ptr_array_add (envelope->recipients, g_strdup ("b@Sub.IN.jp"));
    CHECK (!mugai_rules_outbound (rules, envelope));
    g_ptr_array_remove_index (envelope->recipients, 1);
    g_ptr_array_add (envelope->recipients, g_strdup ("root"));
    CHECK_NAMED (!mugai_rules_outbound (rules, envelope), "a local name does not leave");
}

/* body.gaiji: a table beside the rules, errors with its line, part of the policy. */
static void
test_gaiji (void)
{
    static const struct {
        const char *table, *error;
    } tables[] = {
        { "# note\nU+E000\t髙\r\n\nU+F0000\t(x)\tnote\n", NULL },
        { "\xEF\xBB\xBFU+E000\t葛󠄀", NULL },
        { "", NULL },
        { "U+E000 髙\n", "gaiji.tsv:1:7: a tab is missing" },
        { "\nE000\t髙\n", "gaiji.tsv:2:1: a line is U+E000" },
        { "U+9AD9\t髙\n", "gaiji.tsv:1:1: no private-use" },
        { "U+E000\t\n", "gaiji.tsv:1:" },
        { "U+E000\t\xEE\x80\x81\n", "gaiji.tsv:1:8: the replacement must be" },
        { "U+E000\t\xE2\x80\xAE\n", "gaiji.tsv:1:8: the replacement must be" },
        { "U+E000\tああああああ\n", "gaiji.tsv:1:8: the replacement has" },
        { "U+E000\ta\nU+E000\tb\n", "U+E000 stands there twice" },
        { "U+E000\ta\nU+E001\t\xFF\n", "gaiji.tsv:2:8: this is no UTF-8" },
    };
    static const char rules_text[] = "version: 1\nbody: { gaiji: gaiji.tsv }\n";
    g_autofree char *dir = g_dir_make_tmp ("mugai-gaiji-XXXXXX", NULL);
    g_autofree char *rules_path = g_build_filename (dir, "rules.yaml", NULL);
    g_autofree char *table_path = g_build_filename (dir, "gaiji.tsv", NULL);
    uint8_t first[MUGAI_SHA256_SIZE];

    CHECK (g_file_set_contents (rules_path, rules_text, -1, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS (tables); i++) {
        g_autoptr (GError) error = NULL;
        CHECK (g_file_set_contents (table_path, tables[i].table, -1, NULL));
        g_autoptr (MugaiRules) rules = mugai_rules_load (rules_path, NULL, &error);
        CHECK_NAMED (tables[i].error == NULL
                         ? rules != NULL
                         : rules == NULL && strstr (error->message, tables[i].error),
                     "gaiji %zu: %s", i, error != NULL ? error->message : "read");
        if (i == 0 && rules != NULL) {
            g_autoptr (GBytes) bytes = mugai_rules_write (rules);
            size_t size;
            const void *data = g_bytes_get_data (bytes, &size);
            g_autoptr (MugaiRules) again = mugai_rules_read (data, size, NULL);
            const char *const *gaiji = mugai_rules_settings (again)->gaiji;
            CHECK (strcmp (gaiji[0], "\xEE\x80\x80髙") == 0 && g_strv_length ((char **)gaiji) == 2);
            memcpy (first, mugai_rules_policy (rules), sizeof first);
        }
        if (i == 1 && rules != NULL)
            CHECK (memcmp (first, mugai_rules_policy (rules), sizeof first) != 0);
    }
    g_remove (table_path);
    g_autoptr (GError) error = NULL;
    CHECK (mugai_rules_load (rules_path, NULL, &error) == NULL &&
           g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE));
    g_remove (rules_path);
    g_rmdir (dir);
}

/* The sentence for auditors: what might match counts, what cannot or has expired does not. */
static void
test_reach (void)
{
    static const struct {
        const char *rules, *reach;
    } rows[] = {
        { "- name: a\n  then: withhold\n", "all else: withheld" },
        { "- name: a\n  when: { type: pdf, size: '< 1MiB' }\n  do: [pdf-image]\n"
          "- name: b\n  then: withhold\n",
          "documents (pdf): images of pages; all else: withheld" },
        { "- name: a\n  when: { type: pdf, size: '< 1MiB' }\n  then: hold\n"
          "- name: b\n  when: { type: pdf }\n  do: [pdf-image]\n"
          "- name: c\n  then: withhold\n",
          "documents (pdf): images of pages; all else: withheld" },
        { "- name: a\n  when: { type: pdf }\n  do: [pdf-image]\n"
          "  exception: { owner: o, reason: r, until: 2020-01-01 }\n"
          "- name: b\n  then: withhold\n",
          "all else: withheld" },
        { "- name: a\n  when: { role: body, type: html }\n  do: [html-text]\n"
          "- name: b\n  then: withhold\n",
          "body: text; all else: withheld" },
    };
    g_autoptr (MugaiCatalogue) all = catalogue();

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *text = g_strconcat (HEAD "rules:\n", rows[i].rules, NULL);
        g_autoptr (MugaiRules) rules = parse (text, NULL);
        g_autofree char *reach = mugai_rules_reach (rules, all, NOW, false);
        CHECK_NAMED (g_strcmp0 (reach, rows[i].reach) == 0, "reach: %s", reach);
    }
}

/* Every key has a probe, none of them holds, and the rules behind decide as before. */
static void
test_probe (void)
{
    g_autoptr (MugaiRules) rules = mugai_rules_load (NULL, NULL, NULL);
    g_autoptr (MugaiRules) plain = mugai_rules_probe (rules, false, NULL);
    g_autoptr (MugaiRules) all = mugai_rules_probe (rules, true, NULL);
    g_autoptr (MugaiReport) report = mugai_report_new();
    MugaiReportPart *row = mugai_report_add_part (report, 0, NULL);
    MugaiItemFacts item = { .recipients = (const char *const[]){ NULL } };
    MugaiPartFacts part = { .type = "text",
                            .family = "text",
                            .declared = "text/plain",
                            .extension = "",
                            .name = "",
                            .charset = "",
                            .container = "",
                            .size = 12,
                            .role = MUGAI_ROLE_BODY };

    MugaiDecision before = mugai_rules_decide (rules, &item, &part, NULL, NULL, NULL);
    MugaiDecision after = mugai_rules_decide (all, &item, &part, NULL, NULL, row);
    CHECK (mugai_rules_count (all) == mugai_rules_count (rules) + 25);
    CHECK (mugai_rules_count (plain) == mugai_rules_count (all) - 5);
    CHECK (after.rule == before.rule + 25);
    CHECK (g_strcmp0 (after.rule_name, before.rule_name) == 0);
    CHECK (row->trace->len >= 25);
    for (guint i = 0; i < 25 && i < row->trace->len; i++) {
        const MugaiTraceStep *step = g_ptr_array_index (row->trace, i);
        CHECK (step->rule == i);
        CHECK (g_strcmp0 (step->key, mugai_rules_name (all, i)) == 0);
    }
    CHECK (mugai_rules_probe_of_item ("auth.spf") && !mugai_rules_probe_of_item ("charset"));
}

int
main (void)
{
    test_gaiji();
    test_small();
    test_wrong();
    test_settings();
    test_conditions();
    test_trace();
    test_inspect_once();
    test_preset();
    test_presets();
    test_binary();
    test_drop_ins();
    test_lint();
    test_probe();
    test_reach();
    test_outbound();
    return tap_done();
}
