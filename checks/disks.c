/* SPDX-License-Identifier: Apache-2.0 */
/* disks: reads the answer to kvmlab-libvirt's request 'disks'. */
#include "checks/disks.h"

#include <stdlib.h>
#include <string.h>

#include "checks/libvirt.h"
#include "runner/base/i18n.h"

int collect_disks(struct collector *c, struct err *err)
{
	return collect_libvirt_host(c, "disks", NULL, "disks", err);
}

/* Reads a document piece by piece. */
struct reader {
	const struct xml *x;
	struct arena *arena;
	struct disks *to;
	size_t cap;
	struct disk now; /* the domain's part is filled */
};

static const char *get(const struct reader *r, const char *at, const char *what)
{
	return xml_string(r->x, arena_printf(r->arena, "%s/%s", at, what), r->arena);
}

static bool has(const struct reader *r, const char *at, const char *what)
{
	return xml_is(r->x, arena_printf(r->arena, "%s/%s", at, what));
}

static size_t count(const struct reader *r, const char *at)
{
	return xml_list(r->x, at, r->arena).n;
}

static bool is_listed(const struct disks *disks, const struct disk *d)
{
	for (size_t i = 0; i < disks->n; i++) {
		const struct disk *o = &disks->v[i];

		if (d->path && o->path && !strcmp(o->domain, d->domain) &&
		    !strcmp(o->target, d->target) && !strcmp(o->path, d->path))
			return true;
	}
	return false;
}

static void add(struct reader *r, const struct disk *d)
{
	struct disk *v;

	if (is_listed(r->to, d))
		return;
	if (r->to->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 16;
		v = arena_array(r->arena, struct disk, r->cap);
		if (r->to->n)
			memcpy(v, r->to->v, r->to->n * sizeof(*v));
		r->to->v = v;
	}
	r->to->v[r->to->n++] = *d;
}

/* A volume's path was looked up beside its disk. */
static const char *volume_path(const struct reader *r, const char *part, const char *at)
{
	const char *pool = get(r, at, "source/@pool"), *name = get(r, at, "source/@volume");
	size_t n = count(r, arena_printf(r->arena, "%s/volume", part));

	for (size_t i = 1; pool && name && i <= n; i++) {
		const char *volume = arena_printf(r->arena, "%s/volume[%zu]", part, i);

		if (!strcmp(get(r, volume, "@pool"), pool) &&
		    !strcmp(get(r, volume, "@name"), name))
			return get(r, volume, "@path");
	}
	return NULL;
}

static const char *network_name(const struct reader *r, const char *at)
{
	const char *host = get(r, at, "source/host/@name"), *port = get(r, at, "source/host/@port");

	return arena_printf(r->arena, "%s %s:%s %s", get(r, at, "source/@protocol"),
			    host ? host : "", port ? port : "", get(r, at, "source/@name"));
}

/* Files of the disk beside its own: below it, and where it is being copied to. */
static void read_others(struct reader *r, struct disk d, const char *at, bool writes)
{
	struct strings found =
		xml_list(r->x, arena_printf(r->arena, "%s/@file | %s/@dev", at, at), r->arena);

	d.is_direct = false;
	d.writes = writes;
	d.format = NULL;
	for (size_t i = 0; i < found.n; i++) {
		d.path = found.v[i];
		add(r, &d);
	}
}

static void read_disk(struct reader *r, const char *part, const char *at)
{
	struct disk d = r->now;
	const char *device = get(r, at, "@device");

	d.target = get(r, at, "target/@dev");
	d.type = get(r, at, "@type");
	if (!d.target || !d.type || !has(r, at, "source"))
		return;
	d.is_medium = device && (!strcmp(device, "cdrom") || !strcmp(device, "floppy"));
	d.is_direct = true;
	d.writes = !has(r, at, "readonly");
	d.format = get(r, at, "driver/@type");
	d.path = get(r, at, "source/@file");
	if (!d.path)
		d.path = get(r, at, "source/@dev");
	if (!strcmp(d.type, "volume"))
		d.path = volume_path(r, part, at);
	if (!strcmp(d.type, "network"))
		d.name = network_name(r, at);
	add(r, &d);
	read_others(r, d, arena_printf(r->arena, "%s/mirror/source", at), true);
	read_others(r, d, arena_printf(r->arena, "%s//backingStore/source", at), false);
}

static void read_part(struct reader *r, const char *domain, const char *name, bool is_open)
{
	const char *part = arena_printf(r->arena, "%s/%s", domain, name);
	size_t n = count(r, arena_printf(r->arena, "%s/disk", part));

	r->now.is_open = is_open;
	for (size_t i = 1; i <= n; i++)
		read_disk(r, part, arena_printf(r->arena, "%s/disk[%zu]", part, i));
}

static void read_domain(struct reader *r, const char *at)
{
	r->now = (struct disk){
		.domain = get(r, at, "@name"),
		.state = get(r, at, "@state"),
		.active = has(r, at, "@active[.='yes']"),
	};
	read_part(r, at, "now", true);
	read_part(r, at, "definition", false);
}

int disks_read(const struct evidence *ev, struct arena *arena, struct disks *ret, struct err *err)
{
	_cleanup_xml_ struct xml *x = NULL;
	struct reader r = { .arena = arena, .to = ret };

	*ret = (struct disks){ 0 };
	if (libvirt_xml(evidence_find(ev, "disks"), _("the disks of the domains"), &x, err) < 0)
		return -1;
	r.x = x;
	ret->domains = xml_list(x, "/disks/domain/@name", arena);
	ret->places = xml_list(x, "/disks/place/@path", arena);
	for (size_t i = 1; i <= ret->domains.n; i++)
		read_domain(&r, arena_printf(arena, "/disks/domain[%zu]", i));
	return 0;
}

int disks_look(struct disks *disks, struct images *g, const char *domain, struct err *err)
{
	g->places = disks->places;
	for (size_t i = 0; i < disks->n; i++) {
		struct disk *d = &disks->v[i];

		if (!d->path || (domain && strcmp(d->domain, domain) != 0))
			continue;
		if (images_look(g, d->path, d->format, &d->image, err) < 0)
			return -1;
	}
	return 0;
}

struct disk *disks_find(const struct disks *disks, const char *domain, const char *target)
{
	for (size_t i = 0; i < disks->n; i++) {
		struct disk *d = &disks->v[i];

		if (d->is_direct && !strcmp(d->domain, domain) &&
		    (target ? !strcmp(d->target, target) : !d->is_medium))
			return d;
	}
	return NULL;
}

bool disk_is_of(const struct disk *d, const char *domain)
{
	return d->is_direct && !d->is_medium && d->is_open == d->active &&
	       !strcmp(d->domain, domain);
}

static struct user *find_user(struct users *users, const char *domain)
{
	for (size_t i = 0; i < users->n; i++)
		if (!strcmp(users->v[i].domain, domain))
			return &users->v[i];
	users->v[users->n].domain = domain;
	return &users->v[users->n++];
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct user *)a)->domain, ((const struct user *)b)->domain);
}

struct users disks_users(const struct disks *disks, const struct image *image, struct arena *arena)
{
	struct users ret = { .v = arena_array(arena, struct user, disks->n) };

	for (size_t i = 0; i < disks->n; i++) {
		const struct disk *d = &disks->v[i];
		struct user *user;

		if (!d->image || !image_stands_on(d->image, image))
			continue;
		user = find_user(&ret, d->domain);
		user->has_open |= d->is_open;
		user->writes |= d->is_open && d->writes && image_is_same(d->image, image);
	}
	qsort(ret.v, ret.n, sizeof(*ret.v), by_name);
	return ret;
}

int disks_check_names(const struct strings *domains, struct err *err)
{
	if (domains->n < 2)
		return err_set(err, ERR_LAB, NULL, _("'domains' must name two or more"));
	for (size_t i = 0; i < domains->n; i++)
		for (size_t j = 0; j < i; j++)
			if (!strcmp(domains->v[i], domains->v[j]))
				return err_set(err, ERR_LAB, NULL, _("'domains' names '%s' twice"),
					       domains->v[i]);
	return 0;
}
