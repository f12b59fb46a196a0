/* SPDX-License-Identifier: Apache-2.0 */
/* facts: what host this is, for the head of a report. Reads files only; starts no process. */
#include <string.h>
#include <sys/utsname.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

/* One fact: the first line of a file that starts with prefix, behind it and the separator. */
struct source {
	const char *name, *path, *prefix, *separator;
};

static const struct source sources[] = {
	{ "hostname", "/proc/sys/kernel/hostname", "", "" },
	{ "os", "/etc/os-release", "PRETTY_NAME", "=" },
	{ "kernel", "/proc/sys/kernel/osrelease", "", "" },
	{ "arch", "/proc/sys/kernel/arch", "", "" },
	{ "cpu", "/proc/cpuinfo", "model name", ":" },
	{ "memory", "/proc/meminfo", "MemTotal", ":" },
};

/* NULL when no line starts so. */
static const char *find_line(const char *text, const char *prefix)
{
	for (const char *p = text; *p;) {
		if (!strncmp(p, prefix, strlen(prefix)))
			return p + strlen(prefix);
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return NULL;
}

static const char *extract(const char *text, const struct source *s, struct arena *arena)
{
	const char *p = find_line(text, s->prefix);
	const char *end;

	if (!p)
		return NULL;
	p += strspn(p, " \t");
	p += strspn(p, s->separator);
	p += strspn(p, " \t\"");
	end = p + strcspn(p, "\n\"");
	return arena_memdup(arena, p, (size_t)(end - p));
}

static size_t count_cpus(const char *cpuinfo)
{
	size_t n = 0;

	for (const char *p = cpuinfo; (p = find_line(p, "processor")); n++)
		;
	return n;
}

int facts_look(struct host *host, struct arena *arena, struct fact **ret, size_t *n)
{
	*ret = arena_array(arena, struct fact, ARRAY_SIZE(sources) + 1);
	*n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		_cleanup_arena_ struct arena scratch = { 0 };
		struct evidence_item item = { .name = sources[i].name };
		const char *value;
		struct err err;

		if (host->ops->read_file(host, sources[i].path, &scratch, &item, &err) < 0 ||
		    item.error)
			continue;
		value = extract(item.out.kept, &sources[i], arena);
		if (value && *value)
			(*ret)[(*n)++] = (struct fact){ sources[i].name, value };
		if (!strcmp(sources[i].name, "cpu"))
			(*ret)[(*n)++] =
				(struct fact){ "cpus", arena_printf(arena, "%zu",
								    count_cpus(item.out.kept)) };
	}
	return 0;
}
