/* SPDX-License-Identifier: Apache-2.0 */
#include "core/error.h"

/* clang-format off */
G_DEFINE_QUARK (mugai-error-quark, mugai_error)
/* clang-format on */
