/* SPDX-License-Identifier: Apache-2.0 */
/* read: files of the guest, bounded, and lines about them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/guestfs/guest.h"

#define READ_MAX       (256 * 1024)
#define GLOB_MAX       200
#define LINE_MAX_BYTES 4096

void guest_print(struct guest *guest, const char *key, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	for (char *p = line; *p; p++)
		*p = (unsigned char)*p < ' ' || *p == 0x7f ? '?' : *p;
	buf_printf(guest->out, "%s=%s\n", key, line);
}

const char *guest_read(struct guest *guest, const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (guestfs_is_file_opts(guest->g, path, GUESTFS_IS_FILE_OPTS_FOLLOWSYMLINKS, 1, -1) != 1)
		return NULL;
	text = guestfs_pread(guest->g, path, READ_MAX, 0, &len);
	return text ? arena_memdup(guest->arena, text, len) : NULL;
}

const char *const *guest_glob(struct guest *guest, const char *pattern)
{
	char **found = guestfs_glob_expand(guest->g, pattern);
	const char **ret = arena_array(guest->arena, const char *, GLOB_MAX + 1);

	for (size_t i = 0; found && found[i]; i++) {
		if (i < GLOB_MAX)
			ret[i] = arena_strdup(guest->arena, found[i]);
		free(found[i]);
	}
	free(found);
	return ret;
}

const char *guest_line(struct guest *guest, const char **text)
{
	const char *line = *text;
	size_t len;

	if (!line || !*line)
		return NULL;
	len = strcspn(line, "\n");
	*text = line + len + (line[len] == '\n');
	return arena_memdup(guest->arena, line, len);
}
