/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_load: any bytes as a lab, in both modes, and as an answers file. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/load/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char answered[] =
	"kvmlab: 1\n"
	"id: fuzz\n"
	"title: Fuzz\n"
	"experiments:\n"
	"  - id: one\n"
	"    title: One\n"
	"    predict: {ask: What?, choices: {a: A, b: B}, reason: true}\n"
	"    steps: [{id: look, run: echo}]\n"
	"    questions:\n"
	"      - {id: q, part: observe, kind: number, ask: What?, answer: 3,\n"
	"         hints: [{text: Think}]}\n"
	"      - {id: c, part: observe, kind: choice, ask: What?, answer: a,\n"
	"         choices: {a: A, b: B}}\n";

/* Loading says why it failed, or gives a lab; never both, never neither. */
static void judge(int result, const void *loaded, const struct complaints *out)
{
	if ((result == 0) != (loaded != NULL) || (result == 0) != (out->n == 0))
		abort();
}

static void load_lab(const uint8_t *data, size_t size, enum load_mode mode)
{
	static struct setting setting[] = { { "vm", "db01" }, { "n", "seven" } };
	static const struct settings settings = { setting, 2 };
	struct complaints out = { 0 };
	struct lab *lab = NULL;
	int result = lab_load_bytes("fuzz.yaml", (const char *)data, size,
				    mode == LOAD_RUN ? NULL : &settings, mode, &lab, &out);

	judge(result, lab, &out);
	if (lab)
		lab_lint(lab, &out);
	complaints_done(&out);
	lab_free(lab);
}

static void load_answers(const uint8_t *data, size_t size)
{
	static struct lab *lab;
	struct complaints out = { 0 };
	struct answers *answers = NULL;
	int result;

	if (!lab && lab_load_bytes("fuzz.yaml", answered, sizeof(answered) - 1, NULL, LOAD_RUN,
				   &lab, &out) < 0)
		abort();
	result = answers_load_bytes("answers.yaml", (const char *)data, size, lab, &answers, &out);
	judge(result, answers, &out);
	complaints_done(&out);
	answers_free(answers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	load_lab(data, size, LOAD_LINT);
	load_lab(data, size, LOAD_RUN);
	load_answers(data, size);
	return 0;
}
