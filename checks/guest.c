/* SPDX-License-Identifier: Apache-2.0 */
/* guest: chooses a guest's disks, sees that nobody writes to them, and has them looked into. */
#include "checks/guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

/* The appliance is built at the first time, and software emulation is slow on a busy machine. */
#define LOOK_MS	  300000
#define DISKS_MAX 16

int guest_prepare(struct guest_looker *l, struct err *err)
{
	if (l->images.c && collect_disks(l->images.c, err) < 0)
		return -1;
	if (disks_read(l->images.ev, l->images.arena, &l->disks, err) < 0)
		return -1;
	return disks_look(&l->disks, &l->images, NULL, err);
}

/* The images of one guest. */
struct chosen {
	struct image *v[DISKS_MAX];
	size_t n;
};

static int choose_disk(const struct disk *d, struct chosen *ret, struct err *err)
{
	if (!d->image)
		return err_set(err, ERR_ENV, NULL,
			       _("disk '%s' of domain '%s' is of type '%s': no file to look at"),
			       d->target, d->domain, d->type);
	if (!d->image->exists)
		return err_set(err, ERR_ENV, NULL, _("disk '%s' of domain '%s' is not there: '%s'"),
			       d->target, d->domain, d->image->path);
	if (ret->n == DISKS_MAX)
		return err_set(err, ERR_ENV, NULL, _("domain '%s' has more than %d disks"),
			       d->domain, DISKS_MAX);
	ret->v[ret->n++] = d->image;
	return 0;
}

/* None when there is no such domain or image. */
static int choose(struct guest_looker *l, const struct guest_place *place, struct chosen *ret,
		  struct err *err)
{
	struct image *image;

	*ret = (struct chosen){ 0 };
	for (size_t i = 0; place->domain && i < l->disks.n; i++) {
		const struct disk *d = &l->disks.v[i];

		if (disk_is_of(d, place->domain) && choose_disk(d, ret, err) < 0)
			return -1;
	}
	if (place->domain)
		return 0;
	if (images_look(&l->images, place->path, place->format, &image, err) < 0)
		return -1;
	if (image->exists)
		ret->v[ret->n++] = image;
	return 0;
}

/* What an image claims is believed by those who open it: so there must be nothing amiss. */
static int check_claims(const struct image *image, struct arena *arena, struct err *err)
{
	struct strings words = image_complaints(image, arena);

	if (!words.n)
		return 0;
	return err_set(err, ERR_ENV, NULL, _("the image is not opened: %s"), words.v[0]);
}

/* Nobody may be writing to it or to what it stands on. */
static int check_writers(const struct disks *disks, const struct image *image, struct arena *arena,
			 struct err *err)
{
	for (const struct image *i = image; i; i = i->backing) {
		struct users users = disks_users(disks, i, arena);

		for (size_t u = 0; u < users.n; u++)
			if (users.v[u].writes)
				return err_set(err, ERR_ENV, NULL,
					       _("domain '%s' is running and writes to '%s': what "
						 "is inside would be half written; shut it down "
						 "first"),
					       users.v[u].domain, i->path);
	}
	return 0;
}

static int check_all(const struct guest_looker *l, const struct chosen *chosen, struct err *err)
{
	for (size_t i = 0; i < chosen->n; i++)
		if (check_claims(chosen->v[i], l->images.arena, err) < 0 ||
		    check_writers(&l->disks, chosen->v[i], l->images.arena, err) < 0)
			return -1;
	return 0;
}

static const char *item_name(const struct guest_place *place, struct arena *arena)
{
	return arena_printf(arena, "guest %s", place->domain ? place->domain : place->path);
}

/* What the program says last, without its name. */
static const char *last_line(const struct output *o, struct arena *arena)
{
	size_t end = o->kept_len, start;

	while (end && o->kept[end - 1] == '\n')
		end--;
	for (start = end; start && o->kept[start - 1] != '\n';)
		start--;
	return arena_memdup(arena, o->kept + start, end - start);
}

/* The program is beside this one here, and mostly in the sandbox, too; else where the sandbox,
 * 'make install' or a package puts it. */
static int run_program(struct collector *c, const char *name, const char **argv, struct err *err)
{
	const char *const programs[] = { host_guestfs_program(c->arena), SANDBOX_GUESTFS,
					 "/usr/libexec/kvmlab/kvmlab-guestfs",
					 "/usr/local/libexec/kvmlab/kvmlab-guestfs" };

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		const struct evidence_item *item;

		argv[0] = programs[i];
		if (collect_program(c, name, argv, LOOK_MS, err) < 0)
			return -1;
		item = evidence_find(c->ev, name);
		if (item->end != END_NOT_RUN || item->error != ENOENT)
			return 0;
		if (i + 1 < ARRAY_SIZE(programs))
			c->ev->n--;
	}
	return err_set(err, ERR_ENV, NULL,
		       _("'kvmlab-guestfs' is not on host '%s'; installing kvmlab there brings it"),
		       c->host->role);
}

static int demand_end(const struct evidence_item *item, struct arena *arena, struct err *err)
{
	if (item->error)
		return err_errno(err, ERR_ENV, item->error, _("cannot run '%s'"), item->where);
	if (item->end != END_EXITED || item->status)
		return err_set(err, ERR_ENV, NULL, "%s", last_line(&item->err, arena));
	return 0;
}

int collect_guest(struct guest_looker *l, const struct guest_place *place, struct err *err)
{
	const char *argv[2 * DISKS_MAX + 2] = { NULL };
	const char *name = item_name(place, l->images.arena);
	struct collector *c = l->images.c;
	struct chosen chosen;

	if (choose(l, place, &chosen, err) < 0 || check_all(l, &chosen, err) < 0)
		return -1;
	for (size_t i = 0; i < chosen.n; i++) {
		argv[2 * i + 1] = image_format(chosen.v[i]);
		argv[2 * i + 2] = chosen.v[i]->real;
	}
	if (!chosen.n)
		return 0;
	if (run_program(c, name, argv, err) < 0)
		return -1;
	return demand_end(evidence_find(c->ev, name), l->images.arena, err);
}

/* The values of all lines of a key. */
static struct strings list(const struct evidence_item *item, const char *key, struct arena *arena)
{
	size_t len = strlen(key), n = 0;
	struct strings ret = { 0 };

	for (const char *p = item->out.kept; *p; p++)
		n += *p == '\n';
	ret.v = arena_array(arena, const char *, n + 1);
	for (const char *p = item->out.kept; *p;) {
		size_t line = strcspn(p, "\n");

		if (line > len && !strncmp(p, key, len) && p[len] == '=')
			ret.v[ret.n++] = arena_memdup(arena, p + len + 1, line - len - 1);
		p += line + (p[line] == '\n');
	}
	return ret;
}

static int64_t number(const struct evidence_item *item, const char *key, struct arena *arena)
{
	const char *text = evidence_key(item, key, arena);

	return text ? strtoll(text, NULL, 10) : 0;
}

static void read_facts(const struct evidence_item *item, struct arena *a, struct guest_facts *ret)
{
	ret->os_version = evidence_key(item, "os_version", a);
	ret->root_uuid = evidence_key(item, "root_uuid", a);
	ret->hostname = evidence_key(item, "hostname", a);
	ret->machine_id_state = evidence_key(item, "machine_id_state", a);
	ret->machine_id = evidence_key(item, "machine_id", a);
	ret->cloud_init = evidence_key(item, "cloud_init", a);
	ret->cloud_instance = evidence_key(item, "cloud_instance", a);
	ret->host_keys = list(item, "host_key", a);
	ret->host_keys_private = list(item, "host_key_private", a);
	ret->users = list(item, "user", a);
	ret->network_files = list(item, "network_file", a);
	ret->network_macs = list(item, "network_mac", a);
	ret->logs = list(item, "log", a);
	ret->log_count = number(item, "logs", a);
	ret->log_bytes = number(item, "log_bytes", a);
	ret->histories = list(item, "history", a);
	ret->leases = list(item, "lease", a);
	ret->random_seeds = list(item, "random_seed", a);
}

int guest_read(struct guest_looker *l, const struct guest_place *place, struct guest_facts *ret,
	       struct err *err)
{
	struct arena *arena = l->images.arena;
	const struct evidence_item *item;
	struct chosen chosen;

	*ret = (struct guest_facts){ 0 };
	if (choose(l, place, &chosen, err) < 0)
		return -1;
	ret->exists = chosen.n;
	if (!chosen.n)
		return 0;
	item = evidence_find(l->images.ev, item_name(place, arena));
	ret->os = item ? evidence_key(item, "os", arena) : NULL;
	if (!ret->os || output_is_truncated(&item->out))
		return err_set(err, ERR_ENV, NULL, _("'kvmlab-guestfs' did not tell all"));
	ret->os_found = strcmp(ret->os, "none");
	if (ret->os_found)
		read_facts(item, arena, ret);
	return 0;
}
