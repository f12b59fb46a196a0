/* SPDX-License-Identifier: Apache-2.0 */
/* identity: host name, machine-id, operating system and the people of a guest. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/guestfs/guest.h"

#define UID_FIRST  1000
#define UID_NOBODY 65534

/* The value of KEY=value or KEY="value", or NULL. */
static const char *find_value(struct guest *guest, const char *text, const char *key)
{
	size_t len = strlen(key);
	const char *line;

	while ((line = guest_line(guest, &text))) {
		size_t quoted = line[len] == '=' && (line[len + 1] == '"' || line[len + 1] == '\'');

		if (strncmp(line, key, len) != 0 || line[len] != '=')
			continue;
		line += len + 1 + quoted;
		return arena_memdup(guest->arena, line, strlen(line) - (quoted && *line));
	}
	return NULL;
}

static void print_os(struct guest *guest)
{
	const char *text = guest_read(guest, "/etc/os-release");
	const char *id = find_value(guest, text, "ID");
	const char *version = find_value(guest, text, "VERSION_ID");

	guest_print(guest, "os", "%s", id ? id : "unknown");
	if (version)
		guest_print(guest, "os_version", "%s", version);
}

/* The first line that is neither empty nor a comment; hostname(5). */
static void print_hostname(struct guest *guest)
{
	const char *text = guest_read(guest, "/etc/hostname"), *line;

	while ((line = guest_line(guest, &text)))
		if (*line && *line != '#') {
			guest_print(guest, "hostname", "%s", line);
			return;
		}
}

/* machine-id(5): empty and 'uninitialized' ask for a new one at the next boot. */
static void print_machine_id(struct guest *guest)
{
	const char *text = guest_read(guest, "/etc/machine-id");
	const char *id = guest_line(guest, &text);
	const char *state = "present";

	if (!id)
		state = guestfs_is_file(guest->g, "/etc/machine-id") == 1 ? "empty" : "absent";
	else if (!*id)
		state = "empty";
	else if (!strcmp(id, "uninitialized"))
		state = "uninitialized";
	guest_print(guest, "machine_id_state", "%s", state);
	if (!strcmp(state, "present"))
		guest_print(guest, "machine_id", "%s", id);
}

/* name:password:uid:... */
static void print_user(struct guest *guest, const char *line)
{
	const char *password = strchr(line, ':');
	const char *uid = password ? strchr(password + 1, ':') : NULL;
	long n = uid ? strtol(uid + 1, NULL, 10) : 0;

	if (n >= UID_FIRST && n != UID_NOBODY)
		guest_print(guest, "user", "%.*s %ld", (int)(password - line), line, n);
}

void guest_identity(struct guest *guest)
{
	const char *text, *line;

	print_os(guest);
	print_hostname(guest);
	print_machine_id(guest);
	text = guest_read(guest, "/etc/passwd");
	while ((line = guest_line(guest, &text)))
		print_user(guest, line);
}
