/* SPDX-License-Identifier: Apache-2.0 */
/* bad: arrows that are not allowed. */
#include "runner/base/err.h"
#include "runner/load/load.h" /* BAD */
