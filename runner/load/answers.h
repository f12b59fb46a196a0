/* SPDX-License-Identifier: Apache-2.0 */
/* answers: the table of an answers file, for its documents. */
#pragma once

#include "runner/load/load.h"

extern const struct field answers_fields[];
