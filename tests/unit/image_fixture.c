/* SPDX-License-Identifier: Apache-2.0 */
/* image_fixture: a directory of tiny disk images, written byte by byte, and a look at them. */
#include "image_fixture.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/cleanup.h"

int image_place_open(void **state)
{
	struct image_place *p = mem_alloc(sizeof(*p));
	char name[64];

	memset(p, 0, sizeof(*p));
	snprintf(name, sizeof(name), "kvmlab-test-%d", (int)getpid());
	snprintf(p->dir, sizeof(p->dir), "/tmp/kvmlab-images-XXXXXX");
	if (!mkdtemp(p->dir) || process_group_open(name, RUNG_CGROUP, &p->group, &p->err) < 0 ||
	    host_open("local", "local", p->group, &p->host, &p->err) < 0)
		return -1;
	snprintf(p->pool, sizeof(p->pool), "%s/pool", p->dir);
	snprintf(p->secret, sizeof(p->secret), "%s/elsewhere/secret", p->dir);
	mkdir(p->pool, 0755);
	mkdir(image_at(p, "elsewhere"), 0755);
	image_write(p->secret, "root:x", 6);
	p->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (inotify_add_watch(p->watch, p->secret, IN_OPEN) < 0)
		return -1;
	*state = p;
	return 0;
}

int image_place_close(void **state)
{
	struct image_place *p = *state;
	const char *const argv[] = { "rm", "-rf", "--", p->dir, NULL };
	struct process_result result;

	process_run(p->group, &(struct process_spec){ .argv = argv }, &p->arena, &result, NULL);
	close(p->watch);
	evidence_done(&p->ev);
	host_close(p->host);
	process_group_close(p->group);
	arena_done(&p->arena);
	free(p);
	return 0;
}

const char *image_at(struct image_place *p, const char *name)
{
	return arena_printf(&p->arena, "%s/%s", p->dir, name);
}

void image_write(const char *path, const void *bytes, size_t len)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
}

static void put(unsigned char *to, uint64_t value, size_t size)
{
	while (size--) {
		to[size] = (unsigned char)value;
		value >>= 8;
	}
}

static size_t put_extension(unsigned char *to, uint32_t type, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (!text)
		return 0;
	put(to, type, 4);
	put(to + 4, len, 4);
	memcpy(to + 8, text, len);
	return 8 + (len + 7) / 8 * 8;
}

size_t image_build(unsigned char *to, const struct made *m)
{
	unsigned version = m->version ? m->version : 3;
	size_t at = version >= 3 ? 104 : 72;
	uint64_t name = m->name_offset;

	memcpy(to, "QFI\xfb", 4);
	put(to + 4, version, 4);
	put(to + 20, m->cluster_bits ? m->cluster_bits : 16, 4);
	put(to + 24, m->virtual_bytes ? m->virtual_bytes : (uint64_t)GIB, 8);
	if (version >= 3) {
		put(to + 72, m->data_file ? 4 : 0, 8);
		put(to + 100, 104, 4);
	}
	at += put_extension(to + at, 0xe2792aca, m->backing_format);
	at += put_extension(to + at, 0x44415441, m->data_file);
	at += 8; /* type 0, length 0 */
	if (!m->backing)
		return at;
	name = name ? name : at;
	put(to + 8, name, 8);
	put(to + 16, m->name_size ? m->name_size : strlen(m->backing), 4);
	if (name + strlen(m->backing) <= IMAGE_HEAD_BYTES)
		memcpy(to + name, m->backing, strlen(m->backing));
	return name + strlen(m->backing);
}

void image_make(struct image_place *p, const char *name, const struct made *m)
{
	unsigned char bytes[IMAGE_HEAD_BYTES] = { 0 };
	_cleanup_fd_ int fd = -1;

	image_build(bytes, m);
	image_write(image_at(p, name), bytes, sizeof(bytes));
	if (m->name_offset < IMAGE_HEAD_BYTES)
		return;
	fd = open(image_at(p, name), O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, m->backing, strlen(m->backing), (off_t)m->name_offset),
			 strlen(m->backing));
}

void image_look(struct image_place *p, const char *name, const char *declared)
{
	char event[512];
	const char **places = arena_array(&p->arena, const char *, 1);

	p->c = (struct collector){ .host = p->host, .ev = &p->ev, .arena = &p->arena };
	p->images = (struct images){ .c = &p->c, .ev = &p->ev, .arena = &p->arena };
	places[0] = p->pool;
	p->images.places = (struct strings){ places, 1 };
	if (images_look(&p->images, image_at(p, name), declared, &p->image, &p->err) < 0)
		fail_msg("%s", p->err.msg);
	if (read(p->watch, event, sizeof(event)) > 0)
		fail_msg("'%s' was opened", p->secret);
}

const char *image_found(struct image_place *p)
{
	_cleanup_buf_ struct buf out = { 0 };
	unsigned problems = image_problems(p->image);

	for (enum image_problem i = 0; i < IMAGE_PROBLEMS; i++)
		if (problems & 1u << i)
			buf_printf(&out, "%s%s", out.len ? " " : "", image_problem_names[i]);
	return arena_strdup(&p->arena, buf_str(&out));
}
