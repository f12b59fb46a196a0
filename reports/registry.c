/* SPDX-License-Identifier: Apache-2.0 */
/* registry: all report formats. To add one, see report_format.h. */
#include <string.h>

#include "reports/report_format.h"

/* The list: one line per format, sorted. clang-format leaves it alone. */
/* clang-format off */
#define REPORT_FORMATS(X) \
	X(html) \
	X(json) \
	X(junit) \
	X(markdown) \
	X(tap) \
	X(text)
/* clang-format on */

#define DECLARE(name) extern const struct report_format report_##name;
REPORT_FORMATS(DECLARE)

#define ROW(name) &report_##name,
const struct report_format *const report_formats[] = { REPORT_FORMATS(ROW) NULL };

const struct report_format *report_format_find(const char *name)
{
	for (size_t i = 0; report_formats[i]; i++)
		if (!strcmp(report_formats[i]->name, name))
			return report_formats[i];
	return NULL;
}
