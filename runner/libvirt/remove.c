/* SPDX-License-Identifier: Apache-2.0 */
/* remove: takes away a domain that is on record, and nothing of anybody else's with it. */
#include <stdlib.h>
#include <string.h>

#include <libvirt/virterror.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/xml.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/tag.h"
#include "runner/libvirt/users.h"

/* Somebody may start it again between two calls. */
#define ROUNDS 4

static int refuse(struct err *err, const char *fmt, const char *a, const char *b)
{
	err_set(err, ERR_LIBVIRT, NULL, fmt, a, b);
	return REQUEST_REFUSED;
}

/* The UUID has led to it; name and tag must say the same. */
static int check_identity(struct request_context *c, virDomainPtr d, struct err *err)
{
	const char *name = c->args[1], *run = c->args[2], *tag;

	if (strcmp(virDomainGetName(d), name) != 0)
		return refuse(err, _("it is called '%s' now, not '%s'"), virDomainGetName(d), name);
	if (!strcmp(run, "-"))
		return 0;
	tag = tag_read(d, c->arena);
	if (!tag)
		return refuse(err, _("it does not carry the tag of run '%s'%s"), run, "");
	if (strcmp(tag, run) != 0)
		return refuse(err, _("it carries the tag of run '%s', not of '%s'"), tag, run);
	return 0;
}

static int stop(struct request_context *c, virDomainPtr d, struct err *err)
{
	int status;

	if (virDomainIsActive(d) != 1 || virDomainDestroy(d) == 0)
		return 0;
	status = request_failed(err, _("cannot destroy domain '%s'"), c->args[1]);
	return virDomainIsActive(d) == 1 ? status : 0;
}

/* Only what libvirt knows of them: the data is in disks, which are on record themselves. */
static void drop_snapshots(virDomainPtr d)
{
	virDomainSnapshotPtr *snapshots = NULL;
	virDomainCheckpointPtr *checkpoints = NULL;
	int n = virDomainListAllSnapshots(d, &snapshots, 0);

	for (int i = 0; i < n; i++) {
		virDomainSnapshotDelete(snapshots[i], VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
		virDomainSnapshotFree(snapshots[i]);
	}
	free(snapshots);
	n = virDomainListAllCheckpoints(d, &checkpoints, 0);
	for (int i = 0; i < n; i++) {
		virDomainCheckpointDelete(checkpoints[i],
					  VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY);
		virDomainCheckpointFree(checkpoints[i]);
	}
	free(checkpoints);
}

/* A definition that was copied by hand may name the other domain's firmware variables. */
static unsigned undefine_flags(struct request_context *c, virDomainPtr d)
{
	unsigned flags = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
			 VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;
	_cleanup_free_ char *text = virDomainGetXMLDesc(d, VIR_DOMAIN_XML_INACTIVE);
	struct use use = { .path = USES_FILE, .but = c->args[0] };
	struct xml *xml;
	struct err err;

	if (!text || xml_parse(text, strlen(text), "domain", &xml, &err) < 0)
		return flags | VIR_DOMAIN_UNDEFINE_KEEP_NVRAM;
	use.name = xml_string(xml, "/domain/os/nvram[not(source)] | /domain/os/nvram/source/@file",
			      c->arena);
	xml_free(xml);
	if (!use.name)
		return flags;
	return flags | (users_none(c, &use, &err) ? VIR_DOMAIN_UNDEFINE_KEEP_NVRAM
						  : VIR_DOMAIN_UNDEFINE_NVRAM);
}

static int undefine(struct request_context *c, virDomainPtr d, struct err *err)
{
	unsigned flags;

	if (virDomainIsPersistent(d) != 1)
		return 0;
	if (virDomainHasManagedSaveImage(d, 0) == 1 && virDomainManagedSaveRemove(d, 0) < 0)
		return request_failed(err, _("cannot remove the saved state of '%s'"), c->args[1]);
	drop_snapshots(d);
	flags = undefine_flags(c, d);
	if (virDomainUndefineFlags(d, flags) == 0 || virGetLastErrorCode() == VIR_ERR_NO_DOMAIN)
		return 0;
	/* A driver without checkpoints and firmware. */
	if (virGetLastErrorCode() == VIR_ERR_INVALID_ARG && virDomainUndefine(d) == 0)
		return 0;
	return request_failed(err, _("cannot undefine domain '%s'"), c->args[1]);
}

int request_remove_domain(struct request_context *c, struct err *err)
{
	int status = 0;

	for (int round = 0; round < ROUNDS && !status; round++) {
		_cleanup_domain_ virDomainPtr d =
			virDomainLookupByUUIDString(c->connection, c->args[0]);

		if (!d)
			return round ? 0 : request_failed(err, _("no domain '%s'"), c->args[0]);
		status = check_identity(c, d, err);
		if (!status)
			status = stop(c, d, err);
		if (!status)
			status = undefine(c, d, err);
	}
	if (status)
		return status;
	err_set(err, ERR_LIBVIRT, NULL, _("domain '%s' comes back whenever it is removed"),
		c->args[1]);
	return REQUEST_FAILED;
}

/* The files that external snapshots of a domain have put on top of its disks. */
static void print_overlays(struct request_context *c, virDomainSnapshotPtr s)
{
	_cleanup_free_ char *text = virDomainSnapshotGetXMLDesc(s, 0);
	struct strings files;
	const char *created;
	struct xml *xml;
	struct err err;

	if (!text || xml_parse(text, strlen(text), "snapshot", &xml, &err) < 0)
		return;
	created = xml_string(xml, "/domainsnapshot/creationTime", c->arena);
	files = xml_list(xml, "/domainsnapshot/disks/disk[@snapshot='external']/source/@file",
			 c->arena);
	for (size_t i = 0; i < files.n; i++)
		buf_printf(c->out, "%s %s\n", created ? created : "0", files.v[i]);
	xml_free(xml);
}

int request_overlays(struct request_context *c, struct err *err)
{
	_cleanup_domain_ virDomainPtr d = virDomainLookupByUUIDString(c->connection, c->args[0]);
	virDomainSnapshotPtr *list = NULL;
	int n;

	if (!d)
		return request_failed(err, _("no domain '%s'"), c->args[0]);
	n = virDomainListAllSnapshots(d, &list, 0);
	if (n < 0)
		return request_failed(err, _("cannot list the snapshots of '%s'"), c->args[0]);
	for (int i = 0; i < n; i++) {
		print_overlays(c, list[i]);
		virDomainSnapshotFree(list[i]);
	}
	free(list);
	return 0;
}
