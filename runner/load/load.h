/* SPDX-License-Identifier: Apache-2.0 */
/* load: YAML to lab. Reports every mistake of a file, not the first. */
#pragma once

#include <stdio.h>

#include "runner/base/err.h"
#include "runner/model/lab.h"
#include "runner/model/report.h"
#include "runner/model/settings.h"

enum load_mode {
	LOAD_LINT, /* parameters may be missing */
	LOAD_RUN,  /* a parameter without a value is a mistake */
};

/*
 * Loads a lab. path is only for messages. settings may be NULL. -1: out holds one complaint or
 * more, each with file:line:col; *ret is not touched. Limits: 1 MiB, depth 32, no aliases, tags or
 * second documents.
 * '$name' as a whole scalar under 'with:' and in matchers is replaced by the parameter's value.
 */
int lab_load_bytes(const char *path, const char *data, size_t len, const struct settings *settings,
		   enum load_mode mode, struct lab **ret, struct complaints *out);
int lab_load_file(const char *path, const struct settings *settings, enum load_mode mode,
		  struct lab **ret, struct complaints *out);

/* The key table of a whole lab file, for schema, SCHEMA.md and completion. */
extern const struct field lab_fields[];

/*
 * What loads but could be better, each with file:line:col: a text without its translation, a FAIL
 * that says no 'next', a question that nothing leads up to.
 */
void lab_lint(const struct lab *lab, struct complaints *ret);

/* The JSON Schema of lab files for editors, and labs/SCHEMA.md: all from the field tables. */
void schema_write_json(FILE *f);
void schema_write_markdown(FILE *f);

/* What a student said, given beforehand (--answers FILE) instead of at prompts. */
struct given_answer {
	const char *id, *text;
	int64_t hints;		/* number of hints taken */
	const char *understood; /* what all of them told; NULL: not given */
};

struct given {
	const char *experiment;
	const char *choice, *reason; /* prediction; NULL: not given */
	int64_t sure;
	const char *reconcile; /* why it was wrong; NULL: not given */
	struct {
		struct given_answer *v;
		size_t n;
	} answers;
	struct strings skip; /* steps not to run */
};

struct answers {
	struct arena arena;
	struct {
		struct given *v;
		size_t n;
	} experiments;
};

/* Loads an answers file and checks every id in it against the lab. */
int answers_load_file(const char *path, const struct lab *lab, struct answers **ret,
		      struct complaints *out);
int answers_load_bytes(const char *path, const char *data, size_t len, const struct lab *lab,
		       struct answers **ret, struct complaints *out);
void answers_free(struct answers *a);
const struct given *answers_find(const struct answers *a, const char *experiment);

/*
 * Finds the file of a lab by id or path: a path is anything with '/' or ending in .yaml. Ids are
 * looked up in $KVMLAB_LABS, labs/ beside the executable's tree, then the installed directory.
 * Unknown: 'did you mean'.
 */
int catalog_find(const char *id_or_path, struct arena *arena, const char **ret_path,
		 struct err *err);
/* All lab files of the catalog, sorted by file name. */
int catalog_list(struct arena *arena, struct strings *ret_paths, struct err *err);
/* The nearest of candidates by edit distance, or NULL when none is near. */
const char *nearest(const char *word, const char *const *candidates, size_t n);
