/* SPDX-License-Identifier: Apache-2.0 */
/* field: names the types of fields for help and documents. */
#include "runner/base/field.h"

#include "runner/base/i18n.h"

static const char *const names[] = {
	[FIELD_BOOL] = N_("true or false"),
	[FIELD_INT] = N_("whole number"),
	[FIELD_NUMBER] = N_("number"),
	[FIELD_DURATION] = N_("duration: 250ms, 30s, 5m, 1h"),
	[FIELD_SIZE] = N_("size: 4096, 512KiB, 20MiB, 2GiB"),
	[FIELD_STRING] = N_("text"),
	[FIELD_NAME] = N_("name"),
	[FIELD_PATH] = N_("absolute path"),
	[FIELD_REGEX] = N_("PCRE2 pattern"),
	[FIELD_ENUM] = N_("one of"),
	[FIELD_TEXT] = N_("text, or {id:, en:}"),
	[FIELD_NAMES] = N_("list of names"),
	[FIELD_STRINGS] = N_("list of texts"),
	[FIELD_STEP] = N_("id of a step of the experiment"),
	[FIELD_HOST] = N_("role of a host"),
	[FIELD_OBJECT] = N_("mapping"),
	[FIELD_LIST] = N_("list of mappings"),
	[FIELD_MAP] = N_("mapping of ids"),
	[FIELD_ID] = N_("id: small letters, digits, - and _"),
	[FIELD_CUSTOM] = N_("see its text"),
	[FIELD_MEASURES] = N_("mapping of measures"),
};

const char *field_type_name(enum field_type type)
{
	return names[type];
}
