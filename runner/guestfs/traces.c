/* SPDX-License-Identifier: Apache-2.0 */
/* traces: what a guest that has run leaves behind: logs, histories, leases, the random seed. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/guestfs/guest.h"

#define LOGS		"/var/log"
#define LOGS_MAX	200
#define DIRECTORIES_MAX 200

static const struct {
	const char *key, *pattern;
} patterns[] = {
	{ "history", "/root/.*_history" },
	{ "history", "/home/*/.*_history" },
	{ "lease", "/var/lib/dhcp/*" },
	{ "lease", "/var/lib/dhclient/*" },
	{ "lease", "/var/lib/dhcpcd/*.lease" },
	{ "lease", "/var/lib/NetworkManager/*.lease" },
	{ "random_seed", "/var/lib/systemd/random-seed" },
	{ "random_seed", "/var/lib/urandom/random-seed" },
	{ "random_seed", "/var/lib/random-seed" },
};

/* An empty file tells nothing. */
static void print_if_filled(struct guest *guest, const char *key, const char *path)
{
	if (guestfs_is_file(guest->g, path) == 1 && guestfs_filesize(guest->g, path) > 0)
		guest_print(guest, key, "%s", path);
}

/* Directories still to be looked at, and what was found. */
struct logs {
	const char *directories[DIRECTORIES_MAX];
	size_t known, looked;
	int64_t count, bytes;
};

static void take(struct guest *guest, struct logs *logs, const char *path,
		 const struct guestfs_statns *st)
{
	if (S_ISDIR(st->st_mode) && logs->known < DIRECTORIES_MAX)
		logs->directories[logs->known++] = path;
	if (!S_ISREG(st->st_mode) || st->st_size <= 0)
		return;
	logs->count++;
	logs->bytes += st->st_size;
	if (logs->count <= LOGS_MAX)
		guest_print(guest, "log", "%lld %s", (long long)st->st_size, path);
}

static void look_into(struct guest *guest, struct logs *logs, const char *directory)
{
	char **names = guestfs_ls(guest->g, directory);
	struct guestfs_statns_list *list =
		names && *names ? guestfs_lstatnslist(guest->g, directory, names) : NULL;

	for (uint32_t i = 0; list && i < list->len; i++)
		take(guest, logs, arena_printf(guest->arena, "%s/%s", directory, names[i]),
		     &list->val[i]);
	if (list)
		guestfs_free_statns_list(list);
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}

static void print_logs(struct guest *guest)
{
	struct logs logs = { .directories = { LOGS }, .known = 1 };

	while (logs.looked < logs.known)
		look_into(guest, &logs, logs.directories[logs.looked++]);
	guest_print(guest, "logs", "%lld", (long long)logs.count);
	guest_print(guest, "log_bytes", "%lld", (long long)logs.bytes);
}

void guest_traces(struct guest *guest)
{
	print_logs(guest);
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		for (const char *const *p = guest_glob(guest, patterns[i].pattern); *p; p++)
			print_if_filled(guest, patterns[i].key, *p);
}
