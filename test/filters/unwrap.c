/* SPDX-License-Identifier: Apache-2.0
 *
 * unwrap: a converter: one gzip member to the bytes inside, which are hostile again and re-enter
 * the walk.
 */
#include <mugai/filter.h>
#include <zlib.h>

static mugai_verdict_t
unwrap (const mugai_host *host, mugai_call *call, z_stream *z)
{
    uint8_t out[16384];
    int r = Z_OK;

    while (r == Z_OK) {
        z->next_out = out;
        z->avail_out = sizeof out;
        r = inflate (z, Z_NO_FLUSH);
        if ((r == Z_OK || r == Z_STREAM_END) &&
            host->put (call, out, sizeof out - z->avail_out) != 0)
            return MUGAI_REFUSE;
    }
    if (r == Z_STREAM_END && z->avail_in == 0)
        return MUGAI_REPLACE;
    host->reason (call, "filter.refused", "broken gzip");
    return MUGAI_REFUSE;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    z_stream z = { .next_in = (Bytef *)part->data, .avail_in = (uInt)part->size };

    if (inflateInit2 (&z, 15 + 16) != Z_OK)
        return MUGAI_REFUSE;
    mugai_verdict_t verdict = unwrap (host, call, &z);
    inflateEnd (&z);
    return verdict;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "unwrap",
    .summary = "what is inside of a gzip file",
    .summary_ja = "gzipファイルの中身を取り出す",
    .takes = "gz",
    .gives = "*",
    .runs = MUGAI_RUNS_CONVERTER,
    .deterministic = 1,
    .run = run,
};

MUGAI_EXPORT const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
