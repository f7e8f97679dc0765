/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cursor.h"
#include "base/escape.h"
#include "base/fd.h"
#include "base/frame.h"
#include "base/limits.h"
#include "base/memfd.h"
#include "base/pack.h"
#include "base/sha256.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

static void
test_cursor (void)
{
    uint8_t room[64];
    size_t size = 0;

    MugaiPack p = mugai_pack (room, sizeof room);
    mugai_pack_u8 (&p, 0xab);
    mugai_pack_u16 (&p, 0x1234);
    mugai_pack_u32 (&p, 0xdeadbeef);
    mugai_pack_u64 (&p, 0x0123456789abcdefULL);
    mugai_pack_blob (&p, "blob", 4);
    CHECK (!p.failed && p.size == 1 + 2 + 4 + 8 + 4 + 4);

    MugaiCursor c = mugai_cursor (room, p.size);
    CHECK (mugai_cursor_u8 (&c) == 0xab && mugai_cursor_u16 (&c) == 0x1234);
    CHECK (mugai_cursor_u32 (&c) == 0xdeadbeef);
    CHECK (mugai_cursor_u64 (&c) == 0x0123456789abcdefULL);
    CHECK (!mugai_cursor_done (&c));
    const uint8_t *blob = mugai_cursor_blob (&c, 4, &size);
    CHECK (blob != NULL && size == 4 && memcmp (blob, "blob", 4) == 0);
    CHECK (mugai_cursor_done (&c));
    CHECK (mugai_cursor_u8 (&c) == 0 && c.failed && !mugai_cursor_done (&c));

    c = mugai_cursor (room, 3);
    CHECK (mugai_cursor_u32 (&c) == 0 && c.failed && mugai_cursor_u8 (&c) == 0);
    c = mugai_cursor ("\x05\0\0\0abcd", 8);
    CHECK (mugai_cursor_blob (&c, 100, &size) == NULL && c.failed);
    c = mugai_cursor ("\x04\0\0\0abcd", 8);
    CHECK (mugai_cursor_blob (&c, 3, &size) == NULL && c.failed);

    p = mugai_pack (room, 3);
    mugai_pack_u32 (&p, 1);
    mugai_pack_u8 (&p, 1);
    CHECK (p.failed && p.size == 0);
}

static void
test_sha256 (void)
{
    uint8_t d[MUGAI_SHA256_SIZE];
    char hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256 ("", 0, d);
    mugai_sha256_hex (d, hex);
    CHECK (strcmp (hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") == 0);
    mugai_sha256 ("abc", 3, d);
    mugai_sha256_hex (d, hex);
    CHECK (strcmp (hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == 0);
    mugai_sha256 ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, d);
    mugai_sha256_hex (d, hex);
    CHECK (strcmp (hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1") == 0);
    MugaiSha256 h;
    mugai_sha256_init (&h);
    char block[997];
    memset (block, 'a', sizeof block);
    for (size_t left = 1000000; left > 0;) {
        size_t n = left < sizeof block ? left : sizeof block;
        mugai_sha256_update (&h, block, n);
        left -= n;
    }
    mugai_sha256_final (&h, d);
    mugai_sha256_hex (d, hex);
    CHECK (strcmp (hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0") == 0);

    /* with and without the processor's own instructions */
    MugaiSha256 plain;
    uint8_t blocks[64 * 7];
    for (size_t i = 0; i < sizeof blocks; i++)
        blocks[i] = (uint8_t) (i * i + 31 * i);
    mugai_sha256_init (&h);
    plain = h;
    mugai_sha256_update (&h, blocks, sizeof blocks);
    for (size_t i = 0; i < sizeof blocks; i += 64)
        mugai_sha256_portable_compress (plain.state, blocks + i);
    CHECK (memcmp (h.state, plain.state, sizeof h.state) == 0);
}

static void
test_memfd (void)
{
    mugai_automap map = { 0 };
    uint64_t size = 0;
    mugai_autofd fd = mugai_memfd_new ("test");

    CHECK (fd >= 0 && mugai_memfd_append (fd, "hello", 5) == 0);
    CHECK (mugai_memfd_check (fd, 100, &size) == -EPERM);
    CHECK (mugai_memfd_map (fd, 100, &map) == -EPERM);
    void *w = mmap (NULL, 5, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK (mugai_memfd_seal (fd) == -EBUSY);
    munmap (w, 5);
    CHECK (mugai_memfd_seal (fd) == 0);
    CHECK (mugai_memfd_seal (fd) == 0);
    mugai_autofd part = mugai_memfd_new ("part");
    CHECK (fcntl (part, F_ADD_SEALS, F_SEAL_SEAL) == 0 && mugai_memfd_seal (part) == -EPERM);
    CHECK (mugai_memfd_append (fd, "x", 1) == -EPERM);
    CHECK (mugai_memfd_check (fd, 4, &size) == -EFBIG);
    CHECK (mugai_memfd_map (fd, 5, &map) == 0 && map.size == 5 && memcmp (map.data, "hello", 5) == 0);
    CHECK (mugai_memfd_check (0, 4, NULL) == -EINVAL);

    mugai_automap view = { 0 }, large = { 0 };
    CHECK (mugai_memfd_view (fd, 4, &view) == -EFBIG && view.data == NULL);
    CHECK (mugai_memfd_view (fd, 5, &view) == 0 && view.copied && view.size == 5 &&
           memcmp (view.data, "hello", 5) == 0);
    static char zeros[100000];
    mugai_autofd big = mugai_memfd_new ("big");
    CHECK (big >= 0 && mugai_memfd_append (big, zeros, sizeof zeros) == 0);
    CHECK (mugai_memfd_view (big, 100000, &large) == -EPERM);
    CHECK (mugai_memfd_seal (big) == 0);
    CHECK (mugai_memfd_view (big, 99999, &large) == -EFBIG && large.data == NULL);
    CHECK (mugai_memfd_view (big, 100000, &large) == 0 && !large.copied && large.size == 100000);
}

static void
test_frame (void)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 64];
    int pair[2];
    MugaiFrame got, frame = { .kind = 7, .job = 42, .part = 3, .payload = (const uint8_t *) "hi", .size = 2 };
    uint16_t version = 0;

    CHECK (mugai_frame_pair (pair) == 0);
    frame.fds[frame.n_fds++] = mugai_memfd_new ("passed");
    CHECK (mugai_frame_send (pair[0], &frame) == 0);
    CHECK (mugai_frame_recv (pair[1], buffer, sizeof buffer, &got, &version) == 1);
    CHECK (got.kind == 7 && got.job == 42 && got.part == 3 && got.size == 2 && got.n_fds == 1);
    CHECK (memcmp (got.payload, "hi", 2) == 0);
    mugai_frame_close_fds (&got);
    mugai_frame_close_fds (&frame);

    uint8_t raw[MUGAI_FRAME_HEAD_SIZE + 2];
    CHECK (mugai_frame_send (pair[0], &frame) == 0);
    CHECK (recv (pair[1], raw, sizeof raw, 0) == (ssize_t) sizeof raw);
    raw[4] ^= 0x40;
    send (pair[0], raw, sizeof raw, 0);
    CHECK (mugai_frame_recv (pair[1], buffer, sizeof buffer, &got, &version) == -EPROTONOSUPPORT);
    CHECK (version == (MUGAI_WIRE_VERSION ^ 0x40));
    raw[4] ^= 0x40;
    send (pair[0], raw, sizeof raw - 1, 0);
    CHECK (mugai_frame_recv (pair[1], buffer, sizeof buffer, &got, &version) == -EPROTO);
    send (pair[0], raw, 5, 0);
    CHECK (mugai_frame_recv (pair[1], buffer, sizeof buffer, &got, &version) == -EPROTO);
    send (pair[0], raw, sizeof raw, 0);
    CHECK (mugai_frame_recv (pair[1], buffer, MUGAI_FRAME_HEAD_SIZE + 1, &got, &version) == -EPROTO);
    raw[24] = 1; /* says one descriptor, carries none */
    send (pair[0], raw, sizeof raw, 0);
    CHECK (mugai_frame_recv (pair[1], buffer, sizeof buffer, &got, &version) == -EPROTO);
    close (pair[0]);
    CHECK (mugai_frame_recv (pair[1], buffer, sizeof buffer, &got, &version) == 0);
    close (pair[1]);
}

static void
test_escape (void)
{
    char out[64];

    CHECK (strcmp (mugai_escape (out, sizeof out, "a\x1b[31m\n", 7), "a\\x1b[31m\\x0a") == 0);
    CHECK (strcmp (mugai_escape (out, sizeof out, "報告\xe2\x80\xae.exe", 13), "報告\\u{202e}.exe") == 0);
    CHECK (strcmp (mugai_escape (out, sizeof out, "\xff\xc0\x80", 3), "\\xff\\xc0\\x80") == 0);
    CHECK (strcmp (mugai_escape (out, 8, "0123456789", 10), "0123...") == 0);
    CHECK (strcmp (mugai_escape (out, 11, "0123456", 7), "0123456") == 0);
    CHECK (strcmp (mugai_escape (out, 8, "\\", 1), "\\\\") == 0);
}

static void
test_limits (void)
{
    size_t n = 0;
    const MugaiLimitInfo *table = mugai_limits_table (&n);
    MugaiLimits limits = mugai_limits_default ();

    CHECK (n * sizeof (uint64_t) == sizeof (MugaiLimits));
    for (size_t i = 0; i < n; i++)
        CHECK_NAMED (table[i].min <= table[i].value && table[i].value <= table[i].max &&
                         mugai_limits_get (&limits, &table[i]) == table[i].value,
                     "limit %s has a default within its range", table[i].name);
}

int
main (void)
{
    test_cursor ();
    test_sha256 ();
    test_memfd ();
    test_frame ();
    test_escape ();
    test_limits ();
    return tap_done ();
}
