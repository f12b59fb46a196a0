/* SPDX-License-Identifier: Apache-2.0 */
/* text: parts of the text report that fill a file of their own. */
#pragma once

#include "reports/page.h"

/* A table in 80 columns (text_table.c). */
void text_table(FILE *f, const struct table *t, int indent);
