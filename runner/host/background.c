/* SPDX-License-Identifier: Apache-2.0 */
/* background: a command of this machine that goes on beside the others until it is told to end. */
#include "runner/host/background.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"

#define FOR_EVER_MS (30LL * 24 * 3600 * 1000) /* longer than any run */

struct background {
	struct process_group *group;
	struct process_spec spec;
	struct arena arena; /* the thread's while it runs */
	struct process_result result;
	struct err err;
	int rc;
	pthread_t thread;
	volatile sig_atomic_t cancel;
	pthread_mutex_t lock; /* of what stands below */
	pthread_cond_t changed;
	enum background_state state;
	struct latest {
		char line[BACKGROUND_LINE], part[BACKGROUND_LINE]; /* part: of the next one */
		size_t part_len;
	} latest[2];
};

static void take_byte(struct latest *l, char c)
{
	if (c != '\n') {
		if (l->part_len < BACKGROUND_LINE - 1)
			l->part[l->part_len++] = c;
		return;
	}
	memcpy(l->line, l->part, l->part_len);
	l->line[l->part_len] = '\0';
	l->part_len = 0;
}

static void take(void *data, int stream, const char *bytes, size_t len)
{
	struct background *b = data;

	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < len; i++)
		take_byte(&b->latest[stream - 1], bytes[i]);
	if (b->latest[0].line[0])
		b->state = BACKGROUND_HEARD;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);
}

static void *follow(void *data)
{
	struct background *b = data;

	b->rc = process_run(b->group, &b->spec, &b->arena, &b->result, &b->err);
	pthread_mutex_lock(&b->lock);
	b->state = BACKGROUND_ENDED;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);
	return NULL;
}

static const char *const *copy_words(const char *const *words, struct arena *arena)
{
	const char **copy;
	size_t n = 0;

	if (!words)
		return NULL;
	while (words[n])
		n++;
	copy = arena_array(arena, const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(arena, words[i]);
	return copy;
}

/* Signals are for the thread that looks out for them. */
static int start_thread(struct background *b)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&b->thread, NULL, follow, b);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void free_background(struct background *b)
{
	process_group_close(b->group);
	pthread_cond_destroy(&b->changed);
	pthread_mutex_destroy(&b->lock);
	arena_done(&b->arena);
	free(b);
}

static void init_lock(struct background *b)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&b->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

int background_start(const struct process_group *beside, const struct process_spec *spec,
		     struct background **ret, struct err *err)
{
	struct background *b = mem_alloc(sizeof(*b));
	int error;

	*b = (struct background){ .spec = *spec };
	init_lock(b);
	b->spec.argv = copy_words(spec->argv, &b->arena);
	b->spec.env = copy_words(spec->env, &b->arena);
	b->spec.timeout_ms = FOR_EVER_MS;
	b->spec.cancel = &b->cancel;
	b->spec.output = take;
	b->spec.output_data = b;
	if (process_group_open_beside(beside, &b->group, err) < 0) {
		free_background(b);
		return -1;
	}
	error = start_thread(b);
	if (error) {
		free_background(b);
		return err_errno(err, ERR_ENV, error, _("cannot start a thread"));
	}
	*ret = b;
	return 0;
}

static struct timespec after(int64_t ms)
{
	int64_t ns = clock_ns() + ms * 1000000;

	return (struct timespec){ ns / 1000000000, ns % 1000000000 };
}

enum background_state background_wait(struct background *b, int64_t timeout_ms)
{
	struct timespec until = after(timeout_ms);
	enum background_state state;

	pthread_mutex_lock(&b->lock);
	while (b->state == BACKGROUND_SILENT &&
	       pthread_cond_timedwait(&b->changed, &b->lock, &until) != ETIMEDOUT)
		;
	state = b->state;
	pthread_mutex_unlock(&b->lock);
	return state;
}

void background_line(struct background *b, int stream, char ret[BACKGROUND_LINE])
{
	pthread_mutex_lock(&b->lock);
	memcpy(ret, b->latest[stream - 1].line, BACKGROUND_LINE);
	pthread_mutex_unlock(&b->lock);
}

static void copy_output(const struct output *from, struct arena *arena, struct output *ret)
{
	*ret = *from;
	if (from->kept)
		ret->kept = arena_memdup(arena, from->kept, from->kept_len);
}

int background_stop(struct background *b, struct arena *arena, struct process_result *ret,
		    struct err *err)
{
	int rc = 0;

	b->cancel = 1;
	pthread_join(b->thread, NULL);
	if (b->rc < 0 && err) {
		*err = b->err;
		rc = -1;
	} else if (ret) {
		*ret = b->result;
		copy_output(&b->result.out, arena, &ret->out);
		copy_output(&b->result.err, arena, &ret->err);
	}
	free_background(b);
	return rc;
}
