/* SPDX-License-Identifier: Apache-2.0 */
/* locale: which language the messages are in. */
#include "runner/ui/locale.h"

#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/ui/ui.h"

#define DOMAIN "kvmlab"

enum lang ui_lang(void)
{
	static const char *const names[] = { "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "id", 2) == 0 ? LANG_ID : LANG_EN;
	}
	return LANG_EN;
}

bool locale_is_ascii(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return !strcasestr(value, "utf-8") && !strcasestr(value, "utf8");
	}
	return false;
}

/* Translations lie beside the program in a build, under share/ when installed. */
static void bind(void)
{
	static const char *const places[] = { "locale", "../share/locale" };
	char exe[PATH_MAX], path[PATH_MAX + 32];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (len < 0)
		return;
	exe[len] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(path, sizeof(path), "%s/%s", exe, places[i]);
		if (access(path, X_OK) == 0) {
			bindtextdomain(DOMAIN, path);
			bind_textdomain_codeset(DOMAIN, "UTF-8");
			return;
		}
	}
}

void locale_set(const char *lang)
{
	if (lang)
		setenv("LANGUAGE", lang, 1);
	setlocale(LC_CTYPE, "");
	/* Texts are UTF-8; a student whose LANG is not set has a UTF-8 terminal all the same. */
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C");
	if (ui_lang() == LANG_ID) {
		/* Any locale but C makes gettext read LANGUAGE. */
		setlocale(LC_MESSAGES, "C.UTF-8");
		setenv("LANGUAGE", "id", 1);
	}
	bind();
	textdomain(DOMAIN);
}
