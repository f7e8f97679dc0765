/* SPDX-License-Identifier: Apache-2.0
 *
 * canonical: a tiny emitter of the output profile, written for the tests of the verifier only; it
 * shares nothing with the one in src/message. libc and libdeflate.
 */
#pragma once

#include "base/verdict.h"

#include <libdeflate.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that grow; always a NUL behind them. */
typedef struct Buf {
    uint8_t *data;
    size_t size;
} Buf;

static inline void
buf_add (Buf *b, const void *data, size_t size)
{
    b->data = realloc (b->data, b->size + size + 1);
    if (b->data == NULL)
        abort();
    if (size > 0)
        memcpy (b->data + b->size, data, size);
    b->size += size;
    b->data[b->size] = '\0';
}

static inline void
buf_text (Buf *b, const char *text)
{
    buf_add (b, text, strlen (text));
}

static inline void __attribute__ ((format (printf, 2, 3)))
buf_printf (Buf *b, const char *format, ...)
{
    char text[4096];
    va_list args;

    va_start (args, format);
    int n = vsnprintf (text, sizeof text, format, args);
    va_end (args);
    buf_add (b, text, (size_t)n);
}

static inline void
buf_clear (Buf *b)
{
    free (b->data);
    *b = (Buf){ 0 };
}

/* Replace the first @find by @replace. Returns: whether it was there. */
static inline bool
buf_replace (Buf *b, const char *find, const char *replace)
{
    uint8_t *at = memmem (b->data, b->size, find, strlen (find));
    Buf out = { 0 };

    if (at == NULL)
        return false;
    buf_add (&out, b->data, (size_t)(at - b->data));
    buf_text (&out, replace);
    buf_add (&out, at + strlen (find), b->size - (size_t)(at - b->data) - strlen (find));
    free (b->data);
    *b = out;
    return true;
}

/* Base64 in lines of @width characters ended by CRLF; width 0: one piece without line end. */
static inline void
buf_base64 (Buf *b, const void *data, size_t size, size_t width)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *d = data;
    size_t column = 0;

    for (size_t i = 0; i < size; i += 3) {
        uint32_t v = (uint32_t)d[i] << 16 | (i + 1 < size ? (uint32_t)d[i + 1] << 8 : 0) |
                     (i + 2 < size ? d[i + 2] : 0u);
        char group[4] = { digit[v >> 18], digit[v >> 12 & 63],
                          i + 1 < size ? digit[v >> 6 & 63] : '=',
                          i + 2 < size ? digit[v & 63] : '=' };
        buf_add (b, group, 4);
        column += 4;
        if (width > 0 && (column == width || i + 3 >= size)) {
            buf_text (b, "\r\n");
            column = 0;
        }
    }
}

#define ID   "0123456789abcdef0123456789abcdef"
#define BODY "こんにちは。\n■ 無害化の結果\n添付ファイル1個を変換しました。\n"
#define HEADER                                                                                     \
    "Received: from mx.example.jp by gw.city.example.lg.jp with ESMTPS\r\n"                        \
    " id 4Rabc-1; Fri, 20 Nov 2026 19:22:00 +0900\r\n"                                             \
    "Received: by unknown; Thu, 01 Jan 1970 00:00:00 +0000\r\n"                                    \
    "Auto-Submitted: auto-generated\r\n"                                                           \
    "List-Id: <news.example.jp>\r\n"                                                               \
    "Precedence: list\r\n"                                                                         \
    "From: =?UTF-8?B?5bGx55SwIOWkqumDjg==?= <taro@example.jp>\r\n"                                 \
    "Sender: \"Office, News\" <news@example.jp>\r\n"                                               \
    "Reply-To: taro@example.jp\r\n"                                                                \
    "To: \"a..b\"@docomo.example.jp, =?UTF-8?B?55yM5bqB?=\r\n"                                     \
    " =?UTF-8?B?6LKh5pS/6Kqy?= <zaisei@pref.example.lg.jp>\r\n"                                    \
    "Cc: c1@example.jp, c2@example.jp,\r\n"                                                        \
    " c3@example.jp\r\n"                                                                           \
    "Subject: [news 12] =?UTF-8?B?5Lya6K2w44Gu?= =?UTF-8?B?44GK55+l44KJ44Gb?=\r\n"                 \
    " (Re: report)\r\n"                                                                            \
    "Date: Fri, 20 Nov 2026 19:22:00 +0900\r\n"                                                    \
    "Message-ID: <20261120.1@mail.example.jp>\r\n"                                                 \
    "In-Reply-To: <a$b@[192.0.2.1]>\r\n"                                                           \
    "References: <1@example.jp> <2@example.jp>\r\n"                                                \
    " <a$b@[192.0.2.1]>\r\n"                                                                       \
    "MIME-Version: 1.0\r\n"
#define RESULT                                                                                     \
    "Mugai-Result: v=1; id=" ID ";\r\n"                                                            \
    " policy=00112233aabbccdd;\r\n"                                                                \
    " in=3; delivered=1; converted=1; withheld=1\r\n"
#define TEXT_HEADER                                                                                \
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
#define MULTI_HEADER "Content-Type: multipart/mixed;\r\n boundary=\"=_mugai_" ID "\"\r\n"
#define DELIMITER    "--=_mugai_" ID

/* A mail with a body alone. */
static inline Buf
mail_single (const char *header, const void *body, size_t size)
{
    Buf b = { 0 };

    buf_text (&b, header);
    buf_text (&b, RESULT TEXT_HEADER "\r\n");
    buf_base64 (&b, body, size, 76);
    return b;
}

/* The beginning of a mail with attachments: up to the end of its body. */
static inline Buf
mail_multi (const char *header, const void *body, size_t size)
{
    Buf b = { 0 };

    buf_text (&b, header);
    buf_text (&b, RESULT MULTI_HEADER "\r\n" DELIMITER "\r\n" TEXT_HEADER "\r\n");
    buf_base64 (&b, body, size, 76);
    return b;
}

/* @media: with parameters. @filename: the line or lines, without the last CRLF. */
static inline void
mail_attach (Buf *b, const char *media, const char *filename, const void *data, size_t size)
{
    buf_printf (b,
                DELIMITER "\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n"
                          "Content-Disposition: attachment;\r\n",
                media);
    buf_text (b, filename);
    buf_text (b, "\r\n\r\n");
    buf_base64 (b, data, size, 76);
}

static inline void
mail_close (Buf *b)
{
    buf_text (b, DELIMITER "--\r\n");
}

static inline void
png_chunk (Buf *b, const char *type, const void *data, size_t size)
{
    uint8_t head[8] = { (uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
                        (uint8_t)size };
    size_t start = b->size + 4;

    memcpy (head + 4, type, 4);
    buf_add (b, head, 8);
    buf_add (b, data, size);
    uint32_t crc = libdeflate_crc32 (0, b->data + start, b->size - start);
    uint8_t tail[4] = { (uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8),
                        (uint8_t)crc };
    buf_add (b, tail, 4);
}

static inline void
png_ihdr (Buf *b, uint32_t width, uint32_t height, uint8_t depth, uint8_t colour)
{
    uint8_t d[13] = { (uint8_t)(width >> 24),
                      (uint8_t)(width >> 16),
                      (uint8_t)(width >> 8),
                      (uint8_t)width,
                      (uint8_t)(height >> 24),
                      (uint8_t)(height >> 16),
                      (uint8_t)(height >> 8),
                      (uint8_t)height,
                      depth,
                      colour,
                      0,
                      0,
                      0 };

    buf_text (b, "\x89PNG\r\n\x1a\n");
    png_chunk (b, "IHDR", d, sizeof d);
}

/* One zlib stream of @size bytes @data. */
static inline Buf
zlib_stream (const void *data, size_t size)
{
    struct libdeflate_compressor *z = libdeflate_alloc_compressor (6);
    size_t room = libdeflate_zlib_compress_bound (z, size);
    Buf b = { .data = malloc (room) };

    b.size = libdeflate_zlib_compress (z, data, size, b.data, room);
    libdeflate_free_compressor (z);
    return b;
}

/* IDAT chunks of at most @piece bytes, then IEND. */
static inline void
png_pixels (Buf *b, const void *rows, size_t size, size_t piece)
{
    Buf z = zlib_stream (rows, size);

    for (size_t at = 0; at < z.size; at += piece)
        png_chunk (b, "IDAT", z.data + at, z.size - at < piece ? z.size - at : piece);
    png_chunk (b, "IEND", "", 0);
    buf_clear (&z);
}

/* 5 x 3 pixels, RGB, with sRGB and pHYs. */
static inline Buf
png_small (void)
{
    Buf b = { 0 };
    uint8_t rows[3 * 16] = { 0 };

    rows[17] = 4;
    rows[33] = 200;
    png_ihdr (&b, 5, 3, 8, 2);
    png_chunk (&b, "sRGB", "\0", 1);
    png_chunk (&b, "pHYs", "\0\0\x17\x12\0\0\x17\x12\x01", 9);
    png_pixels (&b, rows, sizeof rows, 10);
    return b;
}

/* A mail with a Japanese text, a CSV and an image. */
static inline Buf
mail_full (void)
{
    Buf png = png_small(), b = mail_multi (HEADER, BODY, strlen (BODY));
    const char *text = "一行目\n二行目 葛󠄀城市\n",
               *csv = "\xef\xbb\xbf氏名,金額\r\n山田,-1200\r\n\"a,b\",\"二\n行\"\r\n";

    mail_attach (&b, "text/plain; charset=utf-8", " filename=\"report 1.txt\"", text,
                 strlen (text));
    mail_attach (&b, "text/csv; charset=utf-8", " filename*=UTF-8''%E9%87%91%E9%A1%8D.csv", csv,
                 strlen (csv));
    mail_attach (&b, "image/png",
                 " filename*0*=UTF-8''%E4%BB%A4%E5%92%8C8%E5%B9%B4%E5%BA%A6;\r\n"
                 " filename*1*=%E4%BA%88%E7%AE%97%E6%A6%82%E8%A6%81.png",
                 png.data, png.size);
    mail_close (&b);
    buf_clear (&png);
    return b;
}
