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

/* Translations lie beside the program in a build, under share/ when installed. 0 when they are
 * found. */
static int find(char *ret, size_t size)
{
	static const char *const places[] = { "locale", "../share/locale" };
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (len < 0)
		return -1;
	exe[len] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return -1;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(ret, size, "%s/%s", exe, places[i]);
		if (access(ret, X_OK) == 0)
			return 0;
	}
	return -1;
}

/*
 * gettext reads LANGUAGE in any locale but C, and from glibc 2.39 on C.UTF-8 counts as C. There may
 * be no other on the machine, so one lies beside the translations. Whatever is started later gets
 * the machine's own locales.
 */
static void speak(const char *lang, const char *dir)
{
	const char *was = getenv("LOCPATH");
	char *kept = was ? strdup(was) : NULL;

	setenv("LOCPATH", dir, 1);
	if (!setlocale(LC_MESSAGES, lang))
		setlocale(LC_MESSAGES, "C.UTF-8");
	if (kept)
		setenv("LOCPATH", kept, 1);
	else
		unsetenv("LOCPATH");
	free(kept);
	setenv("LANGUAGE", lang, 1);
}

void locale_set(const char *lang)
{
	char path[PATH_MAX + 32];

	if (lang)
		setenv("LANGUAGE", lang, 1);
	setlocale(LC_CTYPE, "");
	/* Texts are UTF-8; a student whose LANG is not set has a UTF-8 terminal all the same. */
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C");
	if (find(path, sizeof(path)) < 0)
		return;
	if (ui_lang() == LANG_ID)
		speak("id", path);
	bindtextdomain(DOMAIN, path);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}
