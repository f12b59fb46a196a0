/* SPDX-License-Identifier: Apache-2.0 */
/* exam: the secret, the parameters that it gives to a student, the time. */
#include "runner/run/exam.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

#define SECRET_MIN 16
#define SECRET_MAX 4096
#define MINUTE_MS  60000

int exam_read_secret(const char *path, unsigned char ret[EXAM_KEY_SIZE], struct err *err)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	unsigned char bytes[SECRET_MAX + 1];
	size_t n;

	if (!f)
		return err_errno(err, ERR_USAGE, errno, _("cannot read the secret '%s'"), path);
	n = fread(bytes, 1, sizeof(bytes), f);
	if (ferror(f))
		return err_errno(err, ERR_USAGE, errno, _("cannot read the secret '%s'"), path);
	if (n < SECRET_MIN || n > SECRET_MAX)
		return err_set(err, ERR_USAGE, NULL,
			       _("the secret '%s' must have 16 to 4096 bytes; 'head -c 32 "
				 "/dev/urandom' makes a good one"),
			       path);
	crypto_hash_sha256(ret, bytes, n);
	sodium_memzero(bytes, sizeof(bytes));
	return 0;
}

void exam_mark(const unsigned char key[EXAM_KEY_SIZE], unsigned char ret[EXAM_KEY_SIZE])
{
	static const unsigned char text[] = "kvmlab-exam-1 mark";

	crypto_auth_hmacsha256(ret, text, sizeof(text) - 1, key);
}

static size_t pick(const struct lab *lab, const char *student, const struct param *p,
		   const unsigned char key[EXAM_KEY_SIZE])
{
	_cleanup_buf_ struct buf text = { 0 };
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	uint64_t number = 0;

	buf_printf(&text, "kvmlab-exam-1\n%s\n%s\n%s\n", lab->id, student, p->name);
	crypto_auth_hmacsha256(mac, (const unsigned char *)text.data, text.len, key);
	for (size_t i = 0; i < 8; i++)
		number = number << 8 | mac[i];
	return (size_t)(number % p->exam.n);
}

int exam_settings(const struct lab *lab, const char *student,
		  const unsigned char key[EXAM_KEY_SIZE], const struct settings *given,
		  struct arena *arena, struct settings *ret, struct err *err)
{
	size_t n = given ? given->n : 0;

	ret->v = arena_array(arena, struct setting, n + lab->params.n);
	for (ret->n = 0; ret->n < n; ret->n++)
		ret->v[ret->n] = given->v[ret->n];
	for (size_t i = 0; i < lab->params.n; i++) {
		const struct param *p = &lab->params.v[i];

		if (!p->exam.n)
			continue;
		for (size_t k = 0; k < n; k++)
			if (!strcmp(given->v[k].name, p->name))
				return err_set(err, ERR_USAGE, NULL,
					       _("--set %s: in an exam this parameter comes from "
						 "the student's id"),
					       p->name);
		ret->v[ret->n++] = (struct setting){
			arena_strdup(arena, p->name),
			arena_strdup(arena, p->exam.v[pick(lab, student, p, key)]),
		};
	}
	return 0;
}

int exam_prepare(struct run *run, struct err *err)
{
	const struct exam_options *o = &run->options.exam;
	int64_t minutes = o->minutes ? o->minutes : run->lab->minutes;
	struct exam *exam;

	if (run->options.mode != MODE_EXAM)
		return 0;
	if (!minutes)
		return err_set(err, ERR_USAGE, NULL,
			       _("lab '%s' names no minutes: give the exam's with --minutes"),
			       run->lab->id);
	exam = arena_alloc(&run->arena, sizeof(*exam));
	exam->student = o->student;
	exam->until_ms = clock_unix_ms() + minutes * MINUTE_MS;
	exam_mark(run->exam_key, exam->mark);
	sodium_memzero(run->exam_key, sizeof(run->exam_key));
	run->report.exam = exam;
	return 0;
}

bool exam_is_over(const struct run *run)
{
	return run->report.exam && clock_unix_ms() >= run->report.exam->until_ms;
}

void exam_tell_time(struct run *run)
{
	_cleanup_buf_ struct buf text = { 0 };
	int64_t left;

	if (!run->report.exam)
		return;
	left = (run->report.exam->until_ms - clock_unix_ms() + MINUTE_MS - 1) / MINUTE_MS;
	if (left > 0)
		buf_printf(&text, _("%lld min"), (long long)left);
	else
		buf_puts(&text, _("none: what is left counts as not given"));
	ui_field(run->ui, _("Time left"), buf_str(&text));
}
