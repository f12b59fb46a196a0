/* SPDX-License-Identifier: Apache-2.0 */
/* report_render: a report in memory, and looking into it, for the tests of reports/. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/report_format.h"
#include "runner/base/utf8.h"

/* Free it. */
char *render(const char *format, const struct report *report, size_t *len);
/* How often what stands in text. */
size_t count(const char *text, const char *what);
/* Fails on controls but newline and tab, reading-direction marks, bytes that are not UTF-8. */
void assert_clean(const char *text, size_t len);
