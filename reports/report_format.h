/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_format: the recipe.
 *
 * To add one: write reports/NAME.c ending in 'const struct report_format report_NAME' and add one
 * line to the list in reports/registry.c. A writer gets a const report and a stream; every text
 * goes through the one escaping function of its sink (runner/base/escape.h); '%s' is forbidden
 * here.
 */
#pragma once

#include <stdio.h>

#include "runner/model/report.h"

struct report_format {
	const char *name;      /* as --report names it */
	const char *extension; /* 'html' */
	const char *summary;   /* marked for translation */
	/* Writes the document. The caller checks ferror and closes. */
	void (*write)(FILE *f, const struct report *report);
};

/* Sorted by name, ended by NULL. */
extern const struct report_format *const report_formats[];
/* NULL when there is none of that name. */
const struct report_format *report_format_find(const char *name);

/* An HTML page that lists the grades of several labs; each links to LAB.html beside it. */
void report_index(FILE *f, const struct report *const *reports, size_t n);
