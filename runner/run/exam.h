/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exam: a run under a time limit, with parameters of the student's own, without hints and without
 * results until the teacher releases them with the exam's secret.
 *
 * Which of n values parameter P of lab L gets for student S, to be redone by a teacher: the first 8
 * bytes, as a big-endian number, of HMAC-SHA-256 over "kvmlab-exam-1\nL\nS\nP\n", keyed with the
 * SHA-256 of the secret file's bytes, modulo n.
 */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/model/lab.h"
#include "runner/model/report.h"
#include "runner/model/settings.h"

struct run;

/* What the command line says of an exam; student NULL: it is none. */
struct exam_options {
	const char *student, *secret; /* secret: path of a file */
	int64_t minutes;	      /* 0: the lab's */
};

/* Reads the secret file; ERR_USAGE when it is shorter than 16 bytes. */
int exam_read_secret(const char *path, unsigned char ret[EXAM_KEY_SIZE], struct err *err);
/* What is kept of a secret to know it again: a hash that says nothing about the parameters. */
void exam_mark(const unsigned char key[EXAM_KEY_SIZE], unsigned char ret[EXAM_KEY_SIZE]);

/* given with the student's own values of the parameters that have a list of them for exams. */
int exam_settings(const struct lab *lab, const char *student,
		  const unsigned char key[EXAM_KEY_SIZE], const struct settings *given,
		  struct arena *arena, struct settings *ret, struct err *err);

/* Fills report.exam from the options and run->exam_key, before the run has a row. */
int exam_prepare(struct run *run, struct err *err);
/* True in an exam whose time is over; false in any other run. */
bool exam_is_over(const struct run *run);
/* Says how much time is left; nothing where it is no exam. */
void exam_tell_time(struct run *run);
