/* SPDX-License-Identifier: Apache-2.0 */
/* registry: all report formats. To add one, see report_format.h. */
#include <string.h>

#include "reports/report_format.h"

extern const struct report_format report_html, report_json, report_junit, report_markdown,
	report_tap, report_text;

const struct report_format *const report_formats[] = {
	&report_html, &report_json, &report_junit, &report_markdown,
	&report_tap,  &report_text, NULL,
};

const struct report_format *report_format_find(const char *name)
{
	for (size_t i = 0; report_formats[i]; i++)
		if (!strcmp(report_formats[i]->name, name))
			return report_formats[i];
	return NULL;
}
