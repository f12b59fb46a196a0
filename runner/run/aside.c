/* SPDX-License-Identifier: Apache-2.0 */
/* aside: a directory on each host for what steps put aside, which goes with the run. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/run/steps.h"

/* What a step has in it by a trap of its own stays when the step is killed. */
struct aside_of {
	struct aside_of *next;
	const struct host *host;
	const char *const *env;
};

/* $1 is new, or a directory that an earlier part of this run made. */
static const char make_script[] = "mkdir -m 700 -- \"$1\" || [ -d \"$1\" ]\n"
				  "[ -O \"$1\" ] && [ ! -L \"$1\" ]\n"
				  "[ -e \"$1/.began\" ] || : >\"$1/.began\"\n";

/*
 * libguestfs puts its sockets into /tmp whatever TMPDIR says, and leaves them when it is killed:
 * those go too that came since the run began and that nobody can be using, as no libguestfs runs.
 */
static const char remove_script[] =
	"[ -e \"$1\" ] || exit 0\n"
	"if [ -e \"$1/.began\" ] && ! grep -qsF libguestfs.so /proc/[0-9]*/maps; then\n"
	"	find /tmp -maxdepth 1 -type d -name 'libguestfs*' -newer \"$1/.began\" \\\n"
	"		\\( -user 0 -o -user \"$(stat -c %u -- \"$1\")\" \\) -exec rm -rf -- {} +\n"
	"fi\n"
	"rm -rf -- \"$1\"\n";

/* No two runs have one name. */
static bool run_on(struct run *run, struct host *host, const char *script, bool root)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	const char *place = arena_printf(&scratch, "/tmp/kvmlab-%s", run->row.name);
	const char *const argv[] = { "/bin/sh", "-e", "-u", "-c", script, "sh", place, NULL };
	struct process_spec spec = { .argv = argv, .root = root };
	struct evidence_item item = { .name = "aside" };

	return host->ops->run(host, &spec, &scratch, &item, NULL) == 0 && item.end == END_EXITED &&
	       item.status == 0;
}

/* libguestfs keeps its machine where it finds it the next time. */
static const char *const *with_place(struct run *run)
{
	const char **ret;
	size_t n = 0;

	while (run->env[n])
		n++;
	ret = arena_array(&run->arena, const char *, n + 3);
	ret[0] = arena_printf(&run->arena, "TMPDIR=/tmp/kvmlab-%s", run->row.name);
	ret[1] = "LIBGUESTFS_CACHEDIR=/var/tmp";
	memcpy(ret + 2, run->env, n * sizeof(*ret));
	return ret;
}

const char *const *aside_env(struct run *run, struct host *host)
{
	struct aside_of *s = run->asides;

	while (s && s->host != host)
		s = s->next;
	if (s)
		return s->env;
	s = arena_alloc(&run->arena, sizeof(*s));
	*s = (struct aside_of){ .next = run->asides, .host = host, .env = run->env };
	run->asides = s;
	if (run_on(run, host, make_script, false))
		s->env = with_place(run);
	return s->env;
}

void aside_remove(struct run *run)
{
	bool root = run->lab->needs && run->lab->needs->root;

	for (size_t i = 0; i <= run->hosts.n; i++) {
		struct host *host = hosts_at(&run->hosts, i);

		/* Something of root's may be in it. */
		if (host && (root || !run_on(run, host, remove_script, false)))
			run_on(run, host, remove_script, true);
	}
	run->asides = NULL;
}
