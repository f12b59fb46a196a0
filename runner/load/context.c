/* SPDX-License-Identifier: Apache-2.0 */
/* context: places, deferred readings and the bytes of a file. */
#include "runner/load/context.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct deferred {
	struct deferred *next;
	deferred_fn *fn;
	const struct node *node;
	void *dst;
};

struct loc place_of(const struct load *load, const struct node *node)
{
	return (struct loc){ load->path, node->line, node->col };
}

void load_defer(struct load *load, deferred_fn *fn, const struct node *node, void *dst)
{
	struct deferred *d = arena_alloc(load->tree, sizeof(*d));

	*d = (struct deferred){ .fn = fn, .node = node, .dst = dst };
	if (!load->first_deferred)
		load->last_deferred = &load->first_deferred;
	*load->last_deferred = d;
	load->last_deferred = &d->next;
}

void load_resolve(struct load *load)
{
	struct deferred *d = load->first_deferred;

	load->first_deferred = NULL;
	for (; d; d = d->next)
		d->fn(load, d->node, d->dst);
}

/* Only a regular file: a fifo or a device could block or never end. */
static int open_regular(struct load *load)
{
	_cleanup_fd_ int fd = open(load->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int ret;

	if (fd < 0 || fstat(fd, &st) < 0) {
		complain_io(load, errno);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		complain(load, NULL,
			 S_ISDIR(st.st_mode) ? _("is a directory, not a file")
					     : _("is not a regular file"));
		return -1;
	}
	if (st.st_size > YAML_SIZE_MAX) {
		complain(load, NULL, _("the file has %lld bytes; at most %d are read"),
			 (long long)st.st_size, YAML_SIZE_MAX);
		return -1;
	}
	ret = fd;
	fd = -1;
	return ret;
}

int load_slurp(struct load *load, struct buf *ret)
{
	_cleanup_fd_ int fd = open_regular(load);
	char part[65536];
	ssize_t n;

	if (fd < 0)
		return -1;
	/* A file that grows meanwhile is refused by node_parse. */
	while (ret->len <= YAML_SIZE_MAX) {
		n = read(fd, part, sizeof(part));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			complain_io(load, errno);
			return -1;
		}
		if (!n)
			break;
		buf_add(ret, part, (size_t)n);
	}
	return 0;
}
