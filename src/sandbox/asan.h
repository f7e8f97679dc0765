/* SPDX-License-Identifier: Apache-2.0
 *
 * asan: MUGAI_ASAN is defined in builds with AddressSanitizer, and only there: it maps terabytes
 * and needs some more calls. Never in a release.
 */
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define MUGAI_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MUGAI_ASAN 1
#endif
#endif
