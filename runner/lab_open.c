/* SPDX-License-Identifier: Apache-2.0 */
/* lab_open: from what a command was given to a loaded lab. */
#include "runner/lab_open.h"

#include "runner/session.h"

int lab_open(struct cli *cli, const char *operand, enum load_mode mode, struct arena *arena,
	     struct lab **ret, struct err *err)
{
	struct complaints complaints = { 0 };
	struct settings settings = { 0 };
	const char *path;
	int code = 0;

	if (settings_parse(cli, arena, &settings, err) < 0 ||
	    catalog_find(operand, arena, &path, err) < 0)
		return -1;
	if (lab_load_file(path, &settings, mode, ret, &complaints) < 0) {
		cli_complain(cli, &complaints);
		code = err_exit_code(complaints_kept(&complaints) ? complaints.v[0].kind : ERR_LAB);
	}
	complaints_done(&complaints);
	return code;
}
