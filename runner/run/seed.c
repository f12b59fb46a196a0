/* SPDX-License-Identifier: Apache-2.0 */
/* seed: writes the ISO image by which cloud-init in a guest learns who it is (NoCloud). */
#include <sodium.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/iso.h"
#include "runner/load/seed_fields.h"
#include "runner/run/steps.h"

#define TEXT_MAX 65536
#define FILES	 3

/*
 * $1 is the image, $2 its name while it is written, $3 its SHA-256, $4 is 1 when this run made the
 * one that is there, $5 what to say at the end. What arrives is compared before it gets its name:
 * standard input also ends when kvmlab is killed.
 */
static const char write_script[] =
	"trap 'rm -f -- \"$2\"' EXIT\n"
	"rm -f -- \"$2\"\n"
	"dd of=\"$2\" bs=65536 conv=fsync,excl status=none\n"
	"printf '%s  %s\\n' \"$3\" \"$2\" | sha256sum -c --status || {\n"
	"	echo 'the image did not arrive whole' >&2\n"
	"	exit 1\n"
	"}\n"
	"if [ \"$4\" = 1 ]; then\n"
	"	mv -f -T -- \"$2\" \"$1\"\n"
	"else\n"
	"	mv -n -T -- \"$2\" \"$1\"\n"
	"	[ ! -e \"$2\" ] || { echo \"'$1' exists already\" >&2; exit 1; }\n"
	"fi\n"
	"sync -- \"${1%/*}/\"\n"
	"printf '%s' \"$5\"\n";

/* What goes into the image; in the arena of its making. */
struct contents {
	const char *user_data, *meta_data, *network_config; /* the last may be NULL */
};

static const char *meta_data(const struct seed *seed, struct arena *arena)
{
	return arena_printf(arena, "instance-id: \"%s\"\nlocal-hostname: \"%s\"\n",
			    seed->instance_id, seed->hostname);
}

/* As a person may read it before the step runs: values that are not known yet keep their names. */
static const char *text_shown(enum cloud_kind kind, const struct seed_text *text,
			      struct cloud_values *values, struct arena *arena)
{
	struct complaints mistakes = { 0 };
	const char *ret = text->text;

	if (!text->text)
		return arena_printf(arena, _("(the file %s)\n"), text->file);
	for (size_t i = 0; i < values->n; i++)
		if (!values->v[i].value)
			values->v[i].value = arena_printf(arena, "${%s}", values->v[i].name);
	cloud_text_fill(kind, text->text, values, arena, &ret, &mistakes);
	complaints_done(&mistakes);
	return ret;
}

static void show_part(struct buf *out, const char *name, const char *text)
{
	size_t len = strlen(text);

	buf_printf(out, "--- %s\n%s%s", name, text, len && text[len - 1] == '\n' ? "" : "\n");
}

const char *seed_shown(const struct seed *seed, const struct lab *lab, struct arena *arena)
{
	struct cloud_values values = seed_values(lab, seed, arena);
	_cleanup_buf_ struct buf out = { 0 };

	buf_printf(&out, "seed %s\n", seed->file);
	show_part(&out, "meta-data", meta_data(seed, arena));
	show_part(&out, "user-data", text_shown(CLOUD_USER_DATA, &seed->user_data, &values, arena));
	if (seed->network_config.text || seed->network_config.file)
		show_part(&out, "network-config",
			  text_shown(CLOUD_NETWORK_CONFIG, &seed->network_config, &values, arena));
	return arena_strdup(arena, buf_str(&out));
}

static bool is_ours(const struct change_row *rows, size_t n, const struct step *step,
		    const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].kind == CHANGE_FILE && !strcmp(rows[i].name, name) &&
		    !strcmp(rows[i].host, step->on))
			return !rows[i].existed && !rows[i].undone;
	return false;
}

int seed_settle(struct run *run, const struct step *step, bool *ret_replaces, struct err *err)
{
	struct host *host = hosts_find(&run->hosts, step->on, err);
	struct change_row *rows;
	size_t n;
	int exists;

	*ret_replaces = false;
	if (!host || store_change_list(run->store, run->row.id, &run->arena, &rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < step->changes.n; i++) {
		const char *name = step->changes.v[i].name;

		exists = change_exists(run, host, &step->changes.v[i], err);
		if (exists < 0)
			return -1;
		if (exists && !is_ours(rows, n, step, name))
			return err_set(err, ERR_ENV, NULL,
				       _("step '%s' would overwrite '%s', which this run did not "
					 "make: move it away, or choose another name"),
				       step->id, name);
		*ret_replaces |= exists && i == 0;
	}
	return 0;
}

static void set_output(struct output *out, const char *text, struct arena *arena)
{
	size_t len = strlen(text);

	*out = (struct output){ arena_strdup(arena, text), len, len, len, { 0 } };
	crypto_hash_sha256(out->sha256, (const unsigned char *)text, len);
}

/* What is wrong with a text or its file ends the step as a command that failed would. */
static int fail(struct evidence_item *item, const char *what, struct arena *arena)
{
	item->end = END_EXITED;
	item->status = 1;
	item->when_ms = clock_unix_ms();
	set_output(&item->out, "", arena);
	set_output(&item->err, arena_printf(arena, "%s\n", what), arena);
	return 1;
}

/* What seeding is about. */
struct seeding {
	struct run *run;
	const struct step *step;
	struct host *host;
	struct arena *arena;
	struct evidence_item *item;
};

/* 0 with the text of a file, 1 when it cannot be had (the step has failed), -1. */
static int read_file(struct seeding *s, const char *path, const char **ret, struct err *err)
{
	const char *limit = arena_printf(s->arena, "%d", TEXT_MAX + 1);
	const char *const argv[] = { "head", "-c", limit, "--", path, NULL };
	const struct process_spec spec = {
		.argv = argv,
		.root = s->step->root,
		.timeout_ms = s->step->timeout_ms,
		.keep = 4 * TEXT_MAX,
		.cancel = &ui_signal_count,
	};
	struct evidence_item item = { .name = "file" };

	if (s->host->ops->run(s->host, &spec, s->arena, &item, err) < 0)
		return -1;
	if (item.end == END_CANCELLED)
		return ui_interrupted(err);
	if (item.end != END_EXITED || item.status)
		return fail(s->item,
			    arena_printf(s->arena, _("'%s' cannot be read: %.*s"), path,
					 (int)strcspn(item.err.kept, "\n"), item.err.kept),
			    s->arena);
	if (item.out.total > TEXT_MAX || strlen(item.out.kept) != item.out.kept_len)
		return fail(s->item,
			    arena_printf(s->arena, _("'%s' is no text of at most 64 KiB"), path),
			    s->arena);
	*ret = item.out.kept;
	return 0;
}

/* The first of the mistakes, where it is in what. */
static int fail_text(struct seeding *s, const char *what, const struct complaints *mistakes)
{
	const struct err *first = &mistakes->v[0];

	if (!first->loc.line)
		return fail(s->item, first->msg, s->arena);
	return fail(s->item,
		    arena_printf(s->arena, "%s:%d:%d: %s", what, first->loc.line, first->loc.col,
				 first->msg),
		    s->arena);
}

static int make_text(struct seeding *s, enum cloud_kind kind, const struct cloud_values *values,
		     const char **ret, struct err *err)
{
	const struct seed *seed = s->step->seed;
	const struct seed_text *text =
		kind == CLOUD_USER_DATA ? &seed->user_data : &seed->network_config;
	struct complaints mistakes = { 0 };
	int rc = 0;

	if (text->file)
		rc = read_file(s, text->file, ret, err);
	if (rc != 0 || (!text->file && !text->text))
		return rc;
	if (text->file)
		rc = cloud_text_check(kind, *ret, &mistakes);
	else
		rc = cloud_text_fill(kind, text->text, values, s->arena, ret, &mistakes);
	if (rc < 0)
		rc = fail_text(s, text->file ? text->file : cloud_kind_names[kind], &mistakes);
	complaints_done(&mistakes);
	return rc;
}

/* The first lines of the files that 'fill' names. */
static int read_values(struct seeding *s, struct cloud_values *values, struct err *err)
{
	const struct seed *seed = s->step->seed;
	size_t params = values->n - seed->fill.n;

	for (size_t i = 0; i < seed->fill.n; i++) {
		const char *text;
		int rc = read_file(s, seed->fill.v[i].file, &text, err);

		if (rc != 0)
			return rc;
		values->v[params + i].value = arena_memdup(s->arena, text, strcspn(text, "\r\n"));
	}
	return 0;
}

static int make_contents(struct seeding *s, struct contents *ret, struct err *err)
{
	const struct seed *seed = s->step->seed;
	struct cloud_values values = seed_values(s->run->lab, seed, s->arena);
	int rc = read_values(s, &values, err);

	ret->meta_data = meta_data(seed, s->arena);
	if (rc == 0)
		rc = make_text(s, CLOUD_USER_DATA, &values, &ret->user_data, err);
	if (rc == 0)
		rc = make_text(s, CLOUD_NETWORK_CONFIG, &values, &ret->network_config, err);
	return rc;
}

static int make_image(const struct contents *c, struct buf *ret, struct err *err)
{
	struct iso_file files[FILES] = {
		{ "user-data", c->user_data, strlen(c->user_data) },
		{ "meta-data", c->meta_data, strlen(c->meta_data) },
	};
	size_t n = 2;

	if (c->network_config)
		files[n++] = (struct iso_file){ "network-config", c->network_config,
						strlen(c->network_config) };
	return iso_write("cidata", files, n, ret, err);
}

static int write_image(struct seeding *s, const struct buf *image, bool replaces, struct err *err)
{
	const struct seed *seed = s->step->seed;
	unsigned char sha256[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];
	const char *part = arena_printf(s->arena, "%s" SEED_PART, seed->file);
	const char *said;
	struct process_spec spec = {
		.input = image->data,
		.input_len = image->len,
		.root = s->step->root,
		.timeout_ms = s->step->timeout_ms,
		.cancel = &ui_signal_count,
	};

	crypto_hash_sha256(sha256, (const unsigned char *)image->data, image->len);
	sodium_bin2hex(hex, sizeof(hex), sha256, sizeof(sha256));
	said = arena_printf(s->arena,
			    "file=%s\nbytes=%zu\nsha256=%s\ninstance-id=%s\nlocal-hostname=%s\n",
			    seed->file, image->len, hex, seed->instance_id, seed->hostname);
	spec.argv = (const char *const[]){ "/bin/sh", "-e",	  "-u", "-c", write_script,
					   "sh",      seed->file, part, hex,  replaces ? "1" : "0",
					   said,      NULL };
	return s->host->ops->run(s->host, &spec, s->arena, s->item, err);
}

int seed_write(struct run *run, const struct step *step, bool replaces, struct arena *arena,
	       struct evidence_item *ret, struct err *err)
{
	struct seeding s = { run, step, hosts_find(&run->hosts, step->on, err), arena, ret };
	struct contents contents = { 0 };
	_cleanup_buf_ struct buf image = { 0 };
	int rc;

	if (!s.host)
		return -1;
	rc = make_contents(&s, &contents, err);
	if (rc == 0 && make_image(&contents, &image, err) < 0)
		return -1;
	if (rc == 0)
		rc = write_image(&s, &image, replaces, err);
	return rc < 0 ? -1 : 0;
}
