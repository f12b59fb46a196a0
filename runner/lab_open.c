/* SPDX-License-Identifier: Apache-2.0 */
/* lab_open: from what a command was given to a loaded lab. */
#include "runner/lab_open.h"

#include "runner/run/hosts.h"
#include "runner/session.h"

int lab_open(struct cli *cli, const char *operand, const struct settings *hosts,
	     struct arena *arena, struct lab **ret, struct err *err)
{
	struct complaints complaints = { 0 };
	struct settings given = { 0 }, settings;
	const char *path;
	int code = 0;

	if (settings_parse(cli, arena, &given, err) < 0 ||
	    catalog_find(operand, arena, &path, err) < 0 ||
	    hosts_settings(path, hosts, &given, arena, &settings, err) < 0)
		return -1;
	if (lab_load_file(path, &settings, LOAD_LINT, ret, &complaints) < 0) {
		cli_complain(cli, &complaints);
		code = err_exit_code(complaints_kept(&complaints) ? complaints.v[0].kind : ERR_LAB);
	}
	complaints_done(&complaints);
	return code;
}

static void write_names(struct json *j, const char *key, const struct strings *names)
{
	json_open(j, key, '[');
	for (size_t i = 0; i < names->n; i++)
		json_string(j, NULL, names->v[i]);
	json_close(j, '[');
}

void lab_needs_json(struct json *j, const struct lab *lab)
{
	static const struct needs none;
	const struct needs *needs = lab->needs ? lab->needs : &none;

	json_open(j, "needs", '{');
	json_bool(j, "root", needs->root);
	write_names(j, "commands", &needs->commands);
	write_names(j, "hosts", &needs->hosts);
	write_names(j, "sandbox", &needs->sandbox);
	json_string(j, "network", needs->network);
	json_string(j, "pool", needs->pool);
	json_int(j, "disk_mib", needs->disk_mib);
	json_close(j, '{');
}
