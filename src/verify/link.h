/* SPDX-License-Identifier: Apache-2.0
 *
 * link: what in a text a program may turn into something to fetch or start (PROFILE.md, T-6 and
 * T-7). Process: verify. Input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Return: true when there is one, and where; work is linear in @size. */
bool mugai_link_data (const uint8_t *d, size_t size, size_t *ret_at);   /* T-6 */
bool mugai_link_active (const uint8_t *d, size_t size, size_t *ret_at); /* T-7 */
