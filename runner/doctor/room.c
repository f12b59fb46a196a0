/* SPDX-License-Identifier: Apache-2.0 */
/* room: free space where images of guests are put. */
#include <stdlib.h>
#include <string.h>

#include "checks/lines.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/wants.h"

#define IMAGES "/var/lib/libvirt/images"
#define GIB    (1024.0 * 1024 * 1024)

/* Free bytes on the file system of a path; -1: it is not there, or nobody could tell. */
static int look(struct patient *p, const char *path, double *ret, struct err *err)
{
	const char *const argv[] = { "stat", "-f", "-c", "%S %a", path, NULL };
	const char *said = patient_ask(p, argv, err);
	char *rest;

	if (!said)
		return -1;
	*ret = *said ? strtod(said, &rest) : -1;
	if (*ret >= 0)
		*ret *= strtod(rest, NULL);
	return 0;
}

static double needed(const struct patient *p, const char **ret_lab)
{
	double most = 0;

	for (size_t i = 0; i < p->lab_count; i++) {
		double mib = wants_on(p->labs[i], p->role) & WANT_ROOM
				     ? (double)wants_room(p->labs[i])
				     : 0;

		if (mib <= most)
			continue;
		most = mib;
		*ret_lab = p->labs[i]->id;
	}
	return most * 1024 * 1024;
}

int examine_room(struct patient *p, struct symptom *f, struct err *err)
{
	const char *lab = "", *path = IMAGES;
	double need = needed(p, &lab), have;

	if (look(p, path, &have, err) < 0)
		return -1;
	if (have < 0) {
		path = "/var/lib";
		if (look(p, path, &have, err) < 0)
			return -1;
	}
	if (have < 0)
		return err_set(err, ERR_ENV, NULL, _("free space of '%s' cannot be told"), path);
	if (have >= need)
		return symptom_ok(f, _("%.1f GiB are free at %s; lab '%s' takes at most %.1f GiB"),
				  have / GIB, path, lab, need / GIB);
	symptom_lacks(f,
		      _("%.1f GiB are free at %s; lab '%s' takes up to %.1f GiB. The line shows "
			"what takes the room"),
		      have / GIB, path, lab, need / GIB);
	symptom_mend(f, false, "sudo du -xh --max-depth=2 %s | sort -h | tail", path);
	return 0;
}
