/* SPDX-License-Identifier: Apache-2.0 */
/* fate: record, UUID and tag must agree before anything is removed. */
#include "runner/run/fate.h"

#include <string.h>

#include "runner/base/i18n.h"

static bool is_same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* Domains, networks, pools: known by their UUIDs. */
static enum fate fate_of_uuid(const struct change_row *row, const struct found *found,
			      const char *run, const char **ret_why)
{
	if (!row->identity && row->existed)
		return FATE_NONE;
	if (!row->identity) {
		*ret_why = row->settled ? _("it came after its step had ended")
					: _("its step was cut off before its UUID was on record");
		return FATE_ASK;
	}
	if (!is_same(row->identity, found->identity)) {
		*ret_why = row->existed ? _("it was there before, with another UUID")
					: _("its UUID is not the one on record: not the lab's");
		return FATE_LEAVE;
	}
	if (!is_same(row->name, found->name)) {
		*ret_why = _("it has been given another name");
		return FATE_ASK;
	}
	if (row->tagged && !is_same(found->tag, run)) {
		*ret_why = _("it has lost the tag that the run gave it");
		return FATE_ASK;
	}
	return FATE_REMOVE;
}

/* Files, volumes, directories: on record before they were made, known by inode and birth since. */
static enum fate fate_of_file(const struct change_row *row, const struct found *found,
			      const char **ret_why)
{
	if (row->existed && !row->identity)
		return FATE_NONE;
	if (row->identity && !is_same(row->identity, found->identity)) {
		*ret_why = _("it is not the one that the step made: something else took its place");
		return row->existed ? FATE_LEAVE : FATE_ASK;
	}
	return FATE_REMOVE;
}

enum fate change_fate(const struct change_row *row, const struct found *found, const char *run,
		      const char **ret_why)
{
	if (!found->exists)
		return FATE_NONE;
	if (row->kind == CHANGE_MODULE)
		return row->existed ? FATE_NONE : FATE_REMOVE;
	return change_has_uuid(row->kind) ? fate_of_uuid(row, found, run, ret_why)
					  : fate_of_file(row, found, ret_why);
}
