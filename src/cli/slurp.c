/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/slurp.h"

#include "base/fd.h"
#include "base/memfd.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int
mugai_slurp (int fd, uint64_t most, MugaiSubmission *submission)
{
    static uint8_t block[1 << 17];
    mugai_autofd memfd = mugai_memfd_new ("mugai-content");
    MugaiSha256 h;
    ssize_t n;

    mugai_sha256_init (&h);
    while (memfd >= 0 && (n = read (fd, block, sizeof block)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        int r = mugai_memfd_append (memfd, block, (size_t)n);
        if (r < 0) {
            errno = -r;
            return -1;
        }
        mugai_sha256_update (&h, block, (size_t)n);
        if (h.size > most) {
            errno = EFBIG;
            return -1;
        }
    }
    if (memfd < 0 || mugai_memfd_seal (memfd) < 0)
        return -1;
    submission->size = h.size;
    mugai_sha256_final (&h, submission->sha256);
    return mugai_fd_steal (&memfd);
}

uint64_t
mugai_slurp_max (const MugaiPool *pool)
{
    return 2 * mugai_rules_limits (mugai_pool_rules (pool))->item + (1u << 20);
}

void
mugai_slurp_id (const MugaiPool *pool, const MugaiSubmission *submission, const char *relative,
                char ret_id[MUGAI_ID_SIZE])
{
    uint8_t digest[MUGAI_SHA256_SIZE];
    char hex[MUGAI_SHA256_HEX_SIZE];
    MugaiSha256 h;

    mugai_sha256_init (&h);
    mugai_sha256_update (&h, submission->sha256, MUGAI_SHA256_SIZE);
    mugai_sha256_update (&h, relative, strlen (relative) + 1);
    mugai_sha256_update (&h, mugai_rules_policy (mugai_pool_rules (pool)), MUGAI_SHA256_SIZE);
    mugai_sha256_final (&h, digest);
    mugai_sha256_hex (digest, hex);
    memcpy (ret_id, hex, MUGAI_ID_SIZE - 1);
    ret_id[MUGAI_ID_SIZE - 1] = '\0';
}
