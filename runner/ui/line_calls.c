/* SPDX-License-Identifier: Apache-2.0 */
/* line_calls: finds libedit and fills the table of its functions. */
#include "runner/ui/line_calls.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "runner/base/cleanup.h"

#define LIBRARY "libedit.so.2"

#define ROW(name) { #name, offsetof(struct line_calls, name) },
static const struct {
	const char *name;
	size_t offset;
} symbols[] = { LINE_CALLS(ROW) };

int line_calls_load(struct line_calls *ret)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	for (size_t i = 0; library && i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(library, symbols[i].name);

		if (!symbol)
			return -1;
		memcpy((char *)ret + symbols[i].offset, &symbol, sizeof(symbol));
	}
	return library ? 0 : -1;
}

void *line_client_data(EditLine *el)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
	void *symbol = library ? dlsym(library, "el_get") : NULL;
	__typeof__(el_get) *get;
	void *ret = NULL;

	memcpy(&get, &symbol, sizeof(symbol));
	if (get)
		get(el, EL_CLIENTDATA, &ret);
	if (library)
		dlclose(library);
	return ret;
}
