/* SPDX-License-Identifier: Apache-2.0 */
/* load_fixture: loading of labs that stand in the test itself. */
#include "tests/unit/load_fixture.h"

struct lab *load_with(const char *text, const struct settings *settings, enum load_mode mode,
		      struct complaints *out)
{
	struct lab *lab = NULL;
	int result = lab_load_bytes("t.yaml", text, strlen(text), settings, mode, &lab, out);

	assert_int_equal(result == 0, lab != NULL);
	assert_int_equal(result == 0, out->n == 0);
	return lab;
}

struct lab *load_ok(const char *text)
{
	struct complaints out = { 0 };
	struct lab *lab = load_with(text, NULL, LOAD_RUN, &out);

	if (!lab)
		fail_msg("%d:%d: %s", out.v[0].loc.line, out.v[0].loc.col, out.v[0].msg);
	complaints_done(&out);
	return lab;
}

void load_refuse(const char *text, int line, int col, const char *msg)
{
	struct complaints out = { 0 };
	struct lab *lab = load_with(text, NULL, LOAD_RUN, &out);

	assert_null(lab);
	assert_string_equal(out.v[0].msg, msg);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.v[0].loc.line, line);
	assert_int_equal(out.v[0].loc.col, col);
	assert_int_equal(out.v[0].kind, ERR_LAB);
	complaints_done(&out);
}
