/* SPDX-License-Identifier: Apache-2.0
 *
 * The isolated call with the real mugai-render and mugai-encode, locked down: pictures, a
 * converter, a supervised filter, and every kind of misbehaviour, each of which must end in REFUSE
 * of its own part.
 */
#include "../unit/tap.h"
#include "base/fd.h"
#include "base/memfd.h"
#include "base/sha256.h"
#include "core/finding.h"
#include "rig.h"
#include "verify/verify.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

static char build[512]; /* folder */
static MugaiIsolateAnswer answer;
static Zygote encode;

static const char *
in_build (const char *name)
{
    static char path[2][640];
    static int next;

    next = !next;
    snprintf (path[next], sizeof path[next], "%s/%s", build, name);
    return path[next];
}

/* Returns: false after a failed test point or a skip. */
static bool
start (Zygote *zygote, const char *program, const char *module, mugai_runs runs)
{
    int r =
        zygote_start (zygote, in_build (program), module != NULL ? in_build (module) : NULL, runs);

    if (r > 0 && getenv ("MUGAI_SANDBOX_MUST_WORK") == NULL) {
        SKIP ("this host cannot lock a process down");
        return false;
    }
    CHECK_NAMED (r == 0, "%s %s starts (%d)", program, module != NULL ? module : "", r);
    return r == 0;
}

static bool
refused (const char *reason)
{
    bool ok = answer.verdict == MUGAI_REFUSE && strcmp (answer.reason, reason) == 0;

    if (!ok)
        printf ("# verdict %u reason %s evidence %s\n", answer.verdict, answer.reason,
                answer.evidence);
    return ok && mugai_finding_info (reason) != NULL;
}

static void
test_bad (void)
{
    static const char *const cases[][2] = {
        { "crash", "filter.crashed" },          { "hang", "filter.deadline" },
        { "number", "filter.nonsense" },        { "flood", "filter.limit" },
        { "wrong-type", "filter.output-type" }, { "empty", "filter.nonsense" },
        { "quit", "filter.crashed" },           { "put-and-refuse", "" },
        { "put-and-keep", "filter.nonsense" },  { "page", "filter.limit" },
        { "huge-page", "filter.limit" },        { "child", "filter.nonsense" },
        { "later", "filter.nonsense" },         { "raised", "filter.nonsense" },
        { "lie-frames", "filter.nonsense" },
    };
    Zygote bad;

    if (!start (&bad, "mugai-render", "test/filters/bad.so", MUGAI_RUNS_ISOLATED))
        return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char values[64];
        snprintf (values, sizeof values, "how=%s", cases[i][0]);
        mugai_autofd fd = isolated (&bad, &encode, "bin", "x", 1, values, -1, &answer);
        bool ok = cases[i][1][0] != '\0' ? refused (cases[i][1]) : answer.verdict == MUGAI_REFUSE;
        CHECK_NAMED (ok && fd < 0, "isolated: %s: %s", cases[i][0], answer.reason);
    }
    for (int i = 0; i < 2; i++) {
        mugai_autofd fd = isolated (&bad, &encode, "bin", "x", 1, "how=keep-pointer", -1, &answer);
        CHECK_NAMED (fd >= 0 && answer.verdict == MUGAI_REPLACE, "nothing survives a call (%d)", i);
    }
    mugai_autofd fd = isolated (&bad, &encode, "bin", "x", 1, "how=sometimes", -1, &answer);
    CHECK (refused ("filter.parameter") && fd < 0);
    inspected (&bad, "bin", "x", 1, &answer);
    CHECK (answer.verdict == MUGAI_KEEP && answer.n_facts == 2 && answer.facts[0].value == 3);
    inspected (&bad, "bin", "!", 1, &answer);
    CHECK (refused ("filter.nonsense") && answer.n_facts == 0);
    zygote_stop (&bad);
}

static void
test_bad_converter (void)
{
    static const char *const cases[][2] = {
        { "crash", "filter.crashed" },   { "quit", "filter.crashed" },
        { "flood", "filter.limit" },     { "empty", "filter.nonsense" },
        { "number", "filter.nonsense" }, { "page", "filter.nonsense" },
        { "later", "filter.nonsense" },
    };
    Zygote bad;

    if (!start (&bad, "mugai-render", "test/filters/bad-converter.so", MUGAI_RUNS_CONVERTER))
        return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char values[64];
        snprintf (values, sizeof values, "how=%s", cases[i][0]);
        mugai_autofd fd = isolated (&bad, NULL, "bin", "x", 1, values, -1, &answer);
        CHECK_NAMED (refused (cases[i][1]) && fd < 0, "converter: %s", cases[i][0]);
    }
    mugai_autofd fd = isolated (&bad, NULL, "bin", "x", 1, "how=fine", -1, &answer);
    CHECK (fd >= 0 && answer.again == 1 && strcmp (answer.type, "text") == 0);
    zygote_stop (&bad);
}

/* What png.py says of the content of @fd. */
static const char *
look (int fd)
{
    static char line[512];
    char command[1024];
    FILE *out;

    snprintf (command, sizeof command, "/usr/bin/python3 %s /proc/%d/fd/%d",
              getenv ("MUGAI_TEST_PNG"), (int)getpid(), fd);
    line[0] = '\0';
    if (fd >= 0 && (out = popen (command, "r")) != NULL) {
        if (fgets (line, sizeof line, out) == NULL || strchr (line, '\n') == NULL)
            line[0] = '\0';
        else
            *strchr (line, '\n') = '\0';
        if (pclose (out) != 0)
            line[0] = '\0';
    }
    return line;
}

/* Does the verifier, too, take the content of @fd for a PNG of the profile? */
static bool
verified (int fd)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult result = { 0 };
    mugai_automap content = { 0 };
    bool ok = false;

    if (fd >= 0 && mugai_memfd_map (fd, UINT64_MAX, &content) == 0) {
        mugai_verify (MUGAI_GRAMMAR_PNG, content.data, content.size, &limits, &result);
        ok = result.verdict.ok;
        if (!ok)
            printf ("# verifier: %s %s\n", result.verdict.clause, result.verdict.why);
        mugai_verify_result_clear (&result);
    }
    return ok;
}

static bool
becomes (Zygote *image, const char *type, const void *data, size_t size, const char *want)
{
    mugai_autofd fd = isolated (image, &encode, type, data, size, "form=png", -1, &answer);
    const char *is = look (fd);

    if (strcmp (is, want) != 0)
        printf ("# is \"%s\", not \"%s\"; verdict %u %s %s\n", is, want, answer.verdict,
                answer.reason, answer.evidence);
    return strcmp (is, want) == 0 && verified (fd) && answer.verdict == MUGAI_REPLACE &&
           strcmp (answer.type, "png") == 0;
}

#define PICTURE(image, type, bytes, want)                                                          \
    becomes ((image), (type), (bytes), sizeof (bytes) - 1, (want))

/* 2 x 2, 24 bits, bottom-up, 2835 dots per metre: blue green / red white. */
static const char bmp[] = "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\2\0\0\0\2\0\0\0\1\0\x18\0\0\0\0"
                          "\0\x10\0\0\0\x13\x0b\0\0\x13\x0b"
                          "\0\0\0\0\0\0\0\0\0\0"
                          "\0\0\xff\xff\xff\xff\0\0"
                          "\xff\0\0\0\xff\0\0\0";

/* A picture of noise: many IDAT chunks, and the same bytes each time. */
static void
test_noise (Zygote *image)
{
    enum { SIDE = 500, HEAD = 15 };
    static char picture[HEAD + SIDE * SIDE * 3];
    uint8_t digest[MUGAI_SHA256_SIZE], first[MUGAI_SHA256_SIZE] = { 1 },
                                       second[MUGAI_SHA256_SIZE] = { 2 };
    char hex[MUGAI_SHA256_HEX_SIZE], want[128];
    uint32_t noise = 1;

    memcpy (picture, "P6\n500 500\n255\n", HEAD);
    for (size_t i = HEAD; i < sizeof picture; i++)
        picture[i] = (char)((noise = noise * 1664525u + 1013904223u) >> 24);
    mugai_sha256 (picture + HEAD, sizeof picture - HEAD, digest);
    mugai_sha256_hex (digest, hex);
    snprintf (want, sizeof want, "500 500 2 0 0 %s", hex);
    CHECK (becomes (image, "pnm", picture, sizeof picture, want));
    for (int i = 0; i < 2; i++) {
        mugai_autofd fd =
            isolated (image, &encode, "pnm", picture, sizeof picture, "form=png", -1, &answer);
        mugai_automap content = { 0 };
        if (fd >= 0 && mugai_memfd_map (fd, UINT64_MAX, &content) == 0)
            mugai_sha256 (content.data, content.size, i == 0 ? first : second);
    }
    CHECK (memcmp (first, second, sizeof first) == 0);
}

static void
test_pictures (void)
{
    Zygote image;

    if (!start (&image, "mugai-render", "filters/image.so", MUGAI_RUNS_ISOLATED))
        return;
    CHECK (PICTURE (&image, "bmp", bmp, "2 2 3 2835 2835 0000ff00ff00ff0000ffffff"));
    CHECK (PICTURE (&image, "pnm", "P6 2 1 255\n\1\2\3\4\5\6", "2 1 3 0 0 010203040506"));
    CHECK (PICTURE (&image, "pnm", "P6\n# grey in fact\n1 1\n255\n\7\7\7", "1 1 3 0 0 070707"));
    CHECK (PICTURE (&image, "pnm", "P5 2 1 65535\n\xff\xff\x80\0", "2 1 3 0 0 ffffff808080"));
    CHECK (PICTURE (&image, "pnm", "P4 9 1\n\x80\x80", "9 1 0 0 0 00ffffffffffffff00"));
    CHECK (PICTURE (&image, "pnm", "P1 3 1 0 1 0", "3 1 0 0 0 ff00ff"));
    CHECK (PICTURE (&image, "pnm", "P2 2 1 10 0 5", "2 1 3 0 0 000000808080"));
    isolated (&image, &encode, "bmp", bmp, 40, NULL, -1, &answer);
    CHECK (answer.verdict == MUGAI_REFUSE && strcmp (answer.reason, "image.malformed") == 0);
    isolated (&image, &encode, "pnm", "P6 40000 40000 255\n", 19, NULL, -1, &answer);
    CHECK (answer.verdict == MUGAI_REFUSE && strcmp (answer.reason, "image.too-large") == 0);
    isolated (&image, &encode, "pnm", "", 0, NULL, -1, &answer);
    CHECK (answer.verdict == MUGAI_REFUSE);
    test_noise (&image);
    inspected (&image, "bmp", bmp, sizeof bmp - 1, &answer);
    CHECK (answer.verdict == MUGAI_KEEP && answer.n_facts > 0 && answer.facts[0].value == 4);
    zygote_stop (&image);
}

/* All pictures of the corpus: no death, a canonical PNG or a reason. */
static void
try_file (Zygote *image, const char *path, const char *type, int *seen, int *made, int *died)
{
    mugai_autofd fd = open (path, O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat (fd, &st) < 0)
        return;
    char *data = malloc ((size_t)st.st_size + 1);
    ssize_t n = read (fd, data, (size_t)st.st_size);
    mugai_autofd result =
        isolated (image, &encode, type, data, n > 0 ? (size_t)n : 0, "form=png", -1, &answer);
    free (data);
    ++*seen;
    if (result >= 0)
        *made += look (result)[0] != '\0' && verified (result) ? 1 : -1000;
    else
        printf ("# %s: %s %s\n", strrchr (path, '/') + 1, answer.reason, answer.evidence);
    *died += strcmp (answer.reason, "filter.crashed") == 0 ||
             strcmp (answer.reason, "filter.deadline") == 0;
}

static void
test_corpus (void)
{
    static const char *const kinds[][2] = { { ".bmp", "bmp" },
                                            { ".ppm", "pnm" },
                                            { ".pgm", "pnm" },
                                            { ".pbm", "pnm" },
                                            { ".pnm", "pnm" } };
    char folder[1024], path[2048];
    int seen = 0, made = 0, died = 0;
    Zygote image;

    const char *corpus = getenv ("MUGAI_CORPUS");
    snprintf (folder, sizeof folder, "%s/image", corpus != NULL ? corpus : "");
    DIR *dir = corpus != NULL ? opendir (folder) : NULL;
    if (dir == NULL) {
        SKIP ("no corpus (MUGAI_CORPUS)");
        return;
    }
    if (start (&image, "mugai-render", "filters/image.so", MUGAI_RUNS_ISOLATED)) {
        for (struct dirent *e; (e = readdir (dir)) != NULL;)
            for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
                size_t size = strlen (e->d_name);
                if (size < 5 || strcmp (e->d_name + size - 4, kinds[k][0]) != 0)
                    continue;
                snprintf (path, sizeof path, "%s/%s", folder, e->d_name);
                try_file (&image, path, kinds[k][1], &seen, &made, &died);
            }
        zygote_stop (&image);
    }
    closedir (dir);
    CHECK_NAMED (died == 0 && made > 0, "corpus: %d pictures, %d became PNG, %d deaths", seen, made,
                 died);
}

static void
test_converter (void)
{
    Zygote unwrap;
    static uint8_t packed[1 << 16];
    static uint8_t zeros[20 << 20];
    z_stream z = {
        .next_in = (Bytef *)"hello\n", .avail_in = 6, .next_out = packed, .avail_out = sizeof packed
    };

    if (!start (&unwrap, "mugai-render", "test/filters/unwrap.so", MUGAI_RUNS_CONVERTER))
        return;
    deflateInit2 (&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    deflate (&z, Z_FINISH);
    size_t size = sizeof packed - z.avail_out;
    char text[16] = "";
    mugai_autofd fd = isolated (&unwrap, NULL, "gz", packed, size, NULL, -1, &answer);
    CHECK (fd >= 0 && pread (fd, text, sizeof text, 0) == 6 && strcmp (text, "hello\n") == 0);
    CHECK (answer.verdict == MUGAI_REPLACE && answer.again == 1 && answer.type[0] == '\0');
    mugai_autofd cut = isolated (&unwrap, NULL, "gz", packed, size - 4, NULL, -1, &answer);
    CHECK (refused ("filter.refused") && cut < 0);
    deflateReset (&z);
    z.next_in = zeros;
    z.avail_in = sizeof zeros;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    deflate (&z, Z_FINISH);
    mugai_autofd bomb =
        isolated (&unwrap, NULL, "gz", packed, sizeof packed - z.avail_out, NULL, -1, &answer);
    CHECK (refused ("filter.limit") && bomb < 0);
    deflateEnd (&z);
    zygote_stop (&unwrap);
}

/* Plays clamd on @fd: reads INSTREAM to its end, or hangs up in the middle, then says @says. */
static void
play_clamd (int fd, const char *says, bool hang_up)
{
    char command[10];
    uint8_t head[4];
    size_t total = 0;
    static char data[1 << 17];

    if (recv (fd, command, sizeof command, MSG_WAITALL) != sizeof command ||
        memcmp (command, "zINSTREAM", 10) != 0)
        _exit (1);
    while (!hang_up && recv (fd, head, 4, MSG_WAITALL) == 4) {
        size_t n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
        if (n == 0)
            break;
        if (n > sizeof data || recv (fd, data, n, MSG_WAITALL) != (ssize_t)n)
            _exit (2);
        total += n;
    }
    if (!hang_up && total != 300000)
        _exit (3);
    send (fd, says, strlen (says) + (hang_up ? 0 : 1), MSG_NOSIGNAL);
    _exit (0);
}

static uint32_t
ask_clamd (Zygote *clamd, const char *says, bool hang_up, const char *values)
{
    static uint8_t data[300000];
    int pair[2], status = 0;

    socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
    pid_t pid = fork();
    if (pid == 0) {
        close (pair[0]);
        play_clamd (pair[1], says, hang_up);
    }
    close (pair[1]);
    fcntl (pair[0], F_SETFL, O_NONBLOCK);
    isolated (clamd, NULL, "bin", data, sizeof data, values, pair[0], &answer);
    close (pair[0]);
    waitpid (pid, &status, 0);
    return status == 0 ? answer.verdict : 1000 + (uint32_t)WEXITSTATUS (status);
}

static void
test_clamd (void)
{
    Zygote clamd;

    if (!start (&clamd, "mugai-render", "filters/clamd.so", MUGAI_RUNS_SUPERVISED))
        return;
    CHECK (ask_clamd (&clamd, "stream: OK", false, NULL) == MUGAI_KEEP);
    CHECK (ask_clamd (&clamd, "stream: Eicar-Test-Signature FOUND", false, NULL) == MUGAI_DROP &&
           strcmp (answer.reason, "clamd.infected") == 0 &&
           strcmp (answer.evidence, "Eicar-Test-Signature") == 0);
    CHECK (ask_clamd (&clamd, "INSTREAM size limit exceeded. ERROR", false, NULL) == MUGAI_LATER);
    CHECK (ask_clamd (&clamd, "INSTREAM size limit exceeded. ERROR", false, "too-large=drop") ==
           MUGAI_DROP);
    CHECK (ask_clamd (&clamd, "stream: OK", true, NULL) ==
           MUGAI_LATER); /* cut off before its NUL */
    CHECK (ask_clamd (&clamd, "", true, NULL) == MUGAI_LATER);
    CHECK (ask_clamd (&clamd, "stream: OK FOUND later", false, NULL) == MUGAI_LATER);
    zygote_stop (&clamd);
}

int
main (int argc, char **argv)
{
    const char *folder = getenv ("MUGAI_TEST_BUILD");

    (void)argc;
    (void)argv;
    snprintf (build, sizeof build, "%s", folder != NULL ? folder : ".");
    if (start (&encode, "mugai-encode", NULL, MUGAI_RUNS_ISOLATED)) {
        test_pictures();
        test_bad();
        test_bad_converter();
        test_converter();
        test_clamd();
        test_corpus();
        zygote_stop (&encode);
    }
    return tap_done();
}
