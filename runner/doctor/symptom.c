/* SPDX-License-Identifier: Apache-2.0 */
/* symptom: looks at an area, says what was found, and does the line that mends it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checks/lines.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/wants.h"

#define FIX_MS	   (30 * 60 * 1000) /* many packages over a slow line */
#define LOOKED_MAX 4

const char *symptom_state_name(enum symptom_state state)
{
	static const char *const names[] = { "NONE", "OK", "NOTE", "LACKS", "BROKEN" };

	return names[state];
}

static int say(struct symptom *f, enum symptom_state state, const char *fmt, va_list ap)
{
	_cleanup_free_ char *text = NULL;

	f->state = state;
	if (vasprintf(&text, fmt, ap) < 0)
		return 0;
	f->found = arena_strdup(f->patient->arena, text);
	return 0;
}

#define SAY(state)                                                                                 \
	va_list ap;                                                                                \
	va_start(ap, fmt);                                                                         \
	say(f, state, fmt, ap);                                                                    \
	va_end(ap);                                                                                \
	return 0

int symptom_ok(struct symptom *f, const char *fmt, ...)
{
	SAY(SYMPTOM_OK);
}

int symptom_note(struct symptom *f, const char *fmt, ...)
{
	SAY(SYMPTOM_NOTE);
}

int symptom_lacks(struct symptom *f, const char *fmt, ...)
{
	SAY(SYMPTOM_LACKS);
}

void symptom_mend(struct symptom *f, bool can_fix, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) >= 0)
		f->mend = arena_strdup(f->patient->arena, text);
	va_end(ap);
	f->can_fix = can_fix && f->mend;
}

/* A question to libvirt without the program's folder and how its ssh is called. */
static void print_place(struct buf *out, const char *where)
{
	const char *own = strstr(where, "/kvmlab-libvirt ");

	for (const char *p = own ? own + 1 : where; *p; p++) {
		if (own && *p == '?')
			p += strcspn(p, " ");
		if (*p && !(own && *p == '\''))
			buf_putc(out, *p);
		if (!*p)
			return;
	}
}

/* The places that were looked at since the first-th. */
static const char *places(const struct patient *p, size_t first)
{
	_cleanup_buf_ struct buf out = { 0 };

	for (size_t i = first; i < p->ev.n && i < first + LOOKED_MAX; i++) {
		if (!p->ev.items[i].where)
			continue;
		buf_puts(&out, out.len ? "; " : "");
		print_place(&out, p->ev.items[i].where);
	}
	return out.len ? arena_strdup(p->arena, buf_str(&out)) : NULL;
}

static struct strings labs_of(const struct area *area, const struct patient *p)
{
	struct strings ret = { arena_array(p->arena, const char *, p->lab_count), 0 };

	for (size_t i = 0; i < p->lab_count; i++) {
		unsigned wants = wants_on(p->labs[i], p->role);

		if (area->wants ? wants & area->wants : wants || !strcmp(p->role, "local"))
			ret.v[ret.n++] = p->labs[i]->id;
	}
	return ret;
}

void area_examine(const struct area *area, struct patient *p, struct symptom *ret)
{
	struct symptom f = { .area = area, .patient = p, .labs = labs_of(area, p) };
	struct err err = { 0 };
	size_t first = p->ev.n;

	*ret = f;
	/* Of a host that cannot be had only that is said. */
	if (!f.labs.n || (area->is_here_only && !p->is_here) ||
	    (!p->host && area->examine != examine_host))
		return;
	if (area->examine(p, &f, &err) < 0) {
		f.state = SYMPTOM_BROKEN;
		f.found = arena_strdup(p->arena, err.msg);
	}
	if (!f.looked)
		f.looked = places(p, first);
	*ret = f;
}

/* The line without its 'sudo ' before each command. */
static const char *without_sudo(const char *line, struct arena *arena)
{
	_cleanup_buf_ struct buf out = { 0 };

	while (*line) {
		size_t len = strlen("sudo ");

		if (!strncmp(line, "sudo ", len) &&
		    (!out.len || out.data[out.len - 1] == ' ' || out.data[out.len - 1] == '('))
			line += len;
		else
			buf_putc(&out, *line++);
	}
	return arena_strdup(arena, buf_str(&out));
}

const char *symptom_typed(const struct symptom *f)
{
	const struct patient *p = f->patient;
	_cleanup_buf_ struct buf out = { 0 };
	/* What gets one to a host is typed here. */
	bool is_root = p->host ? p->known_root : geteuid() == 0;
	const char *line = f->mend;

	if (!line)
		return NULL;
	if (is_root)
		line = without_sudo(line, p->arena);
	if (!p->host || !p->host->login)
		return line;
	/* sudo asks for its password on a terminal. */
	buf_printf(&out, "%s%s ", p->host->login, is_root ? "" : " -t");
	buf_shell_word(&out, line);
	return arena_strdup(p->arena, buf_str(&out));
}

/* What a command that failed said last. */
static const char *last_words(const struct evidence_item *item, struct arena *arena)
{
	const struct output *o = item->err.kept_len ? &item->err : &item->out;
	const char *ret = _("it failed without a word");
	struct line line = { 0 };

	while (lines_next(o, &line))
		if (line.len)
			ret = arena_memdup(arena, line.text, line.len);
	return ret;
}

int symptom_fix(const struct symptom *f, const struct fixing *how, const char **ret_why,
		struct err *err)
{
	const struct patient *p = f->patient;
	const char *argv[] = { "sh", "-e", "-u", "-c", without_sudo(f->mend, p->arena), NULL };
	static const char *const env[] = { "DEBIAN_FRONTEND=noninteractive", NULL };
	const struct process_spec spec = { .argv = argv,
					   .env = env,
					   .root = symptom_needs_root(f),
					   .timeout_ms = FIX_MS,
					   .output = how->output,
					   .output_data = how->data,
					   .cancel = how->cancel };
	struct evidence_item item = { .name = "fix" };

	if (p->host->ops->run(p->host, &spec, p->arena, &item, err) < 0)
		return -1;
	*ret_why = item.end == END_EXITED && !item.status ? NULL : last_words(&item, p->arena);
	return 0;
}

bool symptom_needs_root(const struct symptom *f)
{
	return !f->patient->known_root && f->mend && strstr(f->mend, "sudo ");
}
