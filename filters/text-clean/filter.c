/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of text-clean. Process: the walk. Trust: input is hostile.
 */
#include "common/filter-text.h"
#include "text-clean/decode.h"
#include "text-clean/text-clean.h"

#include <string.h>

enum { CHILDREN_MAX = 64 /* blocks of one text that become parts; nobody sends more */ };

static const mugai_param params[] = {
    { .name = "width",
      .kind = MUGAI_PARAM_INTEGER,
      .unit = "columns",
      .value = "0",
      .min = 0,
      .max = 1000,
      .help = "longer lines are folded, as Japanese is set (64 at least); 0: none is",
      .help_ja = "これより長い行を禁則処理をして折り返す（64以上）。0なら折り返さない" },
};

static const mugai_code codes[] = {
    { "text-clean.cut", "the text was too long and was cut", "本文が長すぎるため途中で切りました" },
    { "text-clean.lost", "encoded data in the text could not be decoded and was left out",
      "本文中の符号化されたデータを復号できないため除きました" },
    { "text-clean.signed", "the text has a PGP signature, which was not checked",
      "本文にPGP署名がありますが、確かめていません" },
};

static void
report (const mugai_host *host, mugai_call *call, const MugaiTextCleanStats *stats, bool cut)
{
    const MugaiCleanStats *clean = &stats->clean;
    mugai_filter_count (host, call, "text.control", clean->control);
    mugai_filter_count (host, call, "text.bidi", clean->bidi);
    mugai_filter_count (host, call, "text.invisible",
                        clean->invisible - clean->tags + clean->never);
    mugai_filter_count (host, call, "text.tag-characters", clean->tags);
    mugai_filter_count (host, call, "text.private-use", clean->private_use);
    mugai_filter_count (host, call, "text.undecodable", clean->undecodable + clean->replacement);
    mugai_filter_count (host, call, "text.armour", stats->blocks);
    mugai_filter_count (host, call, "text.notice-imitation", stats->imitations);
    mugai_filter_count (host, call, "text.long-line", stats->folded);
    mugai_filter_count (host, call, "text.drawing", stats->drawings);
    mugai_filter_count (host, call, "link.script", stats->data_links);
    mugai_filter_count (host, call, "text-clean.lost", stats->lost);
    mugai_filter_count (host, call, "text-clean.signed", stats->is_signed);
    mugai_filter_count (host, call, "text-clean.cut", cut);
}

typedef struct Children {
    const mugai_host *host;
    mugai_call *call;
    const mugai_part *part;
    uint64_t left; /* bytes that may still be decoded */
    int handles[CHILDREN_MAX];
    size_t count;
    bool failed;
} Children;

static bool
add_child (Children *c, TextSpan name, const char *fallback, TextSpan data)
{
    char text[256];
    if (data.size == 0 || data.size > c->left || c->count == CHILDREN_MAX || c->failed)
        return false;
    size_t n = name.size < sizeof text - 1 ? name.size : sizeof text - 1;
    while (n > 0 && n < name.size && ((uint8_t)name.data[n] & 0xC0) == 0x80)
        n--;
    memcpy (text, name.data, n);
    text[n] = '\0';
    int handle = c->host->child_add (c->call, n > 0 ? text : fallback, NULL, data.data, data.size);
    if (handle < 0) {
        c->failed = true;
        return false;
    }
    c->left -= data.size;
    c->handles[c->count++] = handle;
    return true;
}

static bool
add_binhex (Children *c, const MugaiTextBlock *block, MugaiBuffer *out)
{
    BinHex file = decode_binhex (block->text, out);
    MugaiBuffer name = mugai_buffer (256); /* Mac Roman or anything else: only ASCII is kept */
    for (size_t i = 0; i < file.name.size; i++) {
        bool plain = file.name.data[i] >= ' ' && file.name.data[i] <= '~';
        mugai_buffer_add (&name, plain ? &file.name.data[i] : "_", 1);
    }
    bool any = add_child (c, (TextSpan){ name.data, name.size }, "binhex", file.data);
    any = add_child (c, (TextSpan){ "", 0 }, "resource-fork.rsrc", file.resource) || any;
    mugai_buffer_clear (&name);
    return any;
}

/* The block becomes a part of its own, which goes through everything that an attachment does. */
static bool
add_block (void *data, const MugaiTextBlock *block)
{
    static const char *const names[] = {
        [BLOCK_PGP_MESSAGE] = "message.pgp",
        [BLOCK_PGP_KEY] = "key.pgpkey",
        [BLOCK_PGP_SIGNATURE] = "signature.asc",
    };
    Children *c = data;
    MugaiBuffer out = mugai_buffer ((size_t)(c->left < SIZE_MAX ? c->left : SIZE_MAX));
    bool any = false;
    switch (block->kind) {
    case BLOCK_UU:
        decode_uu (block->text, &out);
        any = !out.cut && add_child (c, block->name, "uuencode", (TextSpan){ out.data, out.size });
        break;
    case BLOCK_BASE64:
        decode_base64 (block->text, &out);
        any = !out.cut && add_child (c, block->name, "base64", (TextSpan){ out.data, out.size });
        break;
    case BLOCK_BINHEX:
        any = add_binhex (c, block, &out);
        break;
    case BLOCK_PGP_MESSAGE:
    case BLOCK_PGP_KEY:
    case BLOCK_PGP_SIGNATURE:
        any = add_child (c, block->name, names[block->kind], block->text);
        break;
    case BLOCK_YENC: /* its bytes went through a charset; the host takes what it can, before */
        break;
    }
    mugai_buffer_clear (&out);
    return any;
}

static size_t
width_of (const mugai_part *part)
{
    size_t width = part->n_values > 0 ? (size_t)part->values[0].number : 0;
    return width > 0 && width < MUGAI_PLAIN_FOLD_LEAST ? MUGAI_PLAIN_FOLD_LEAST : width;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    Children children = { .host = host, .call = call, .part = part, .left = part->expanded_left };
    MugaiTextCleanOptions options = {
        .japanese = mugai_filter_japanese (part),
        .width = width_of (part),
        .long_runs = strcmp (part->type, "text") == 0,
        .block = part->depth < part->depth_max ? add_block : NULL,
        .block_data = &children,
    };
    MugaiTextCleanStats stats;
    MugaiBuffer out = mugai_buffer ((size_t)part->output_max);
    int result = mugai_text_clean (part->data, part->size, &options, &out, &stats);
    report (host, call, &stats, out.cut);
    for (size_t i = 0; i < children.count && !children.failed; i++)
        children.failed = host->child_deliver (call, children.handles[i]) != 0;
    return mugai_filter_answer (host, call, part, "text", result, &out);
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "text-clean",
    .summary = "take out what a reader cannot see or a program would obey, in UTF-8 text",
    .summary_ja = "UTF-8テキストから、見えない文字と、プログラムが解釈する部分を除く",
    .takes = "family:text dxf",
    .gives = "text",
    .runs = MUGAI_RUNS_WALK,
    .container = MUGAI_CONTAINER_DOCUMENT,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
