/* SPDX-License-Identifier: Apache-2.0 */
/* archive_calls: finds libarchive and fills the table of its functions. */
#include "runner/base/archive_calls.h"

#include <dlfcn.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define LIBRARY "libarchive.so.13"

#define ROW(name) { "archive_" #name, offsetof(struct archive_calls, name) },
static const struct {
	const char *name;
	size_t offset;
} symbols[] = { ARCHIVE_CALLS(ROW) };

int archive_calls_load(struct archive_calls *ret, struct err *err)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	if (!library)
		return err_set(err, ERR_ENV, NULL,
			       _("'%s' cannot be loaded; the package libarchive13 has it"),
			       LIBRARY);
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(library, symbols[i].name);

		if (!symbol)
			return err_set(err, ERR_ENV, NULL, _("'%s' has no function '%s'"), LIBRARY,
				       symbols[i].name);
		memcpy((char *)ret + symbols[i].offset, &symbol, sizeof(symbol));
	}
	return 0;
}
