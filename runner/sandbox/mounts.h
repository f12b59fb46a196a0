/* SPDX-License-Identifier: Apache-2.0 */
/* mounts: a node's own file system, seen by nobody else; and the files in it. */
#pragma once

#include "runner/sandbox/up.h"

/*
 * Called in a new mount namespace. /etc and /var are written to copies in memory; /run, /tmp, /root
 * and what belongs to libvirt and sshd start empty, so that nothing of the machine's own libvirt,
 * keys or known_hosts is seen or changed.
 */
int mounts_make(const struct sandbox *s, enum node_id id, struct err *err);
/* A libvirt host's files: hosts, keys, the daemons' configurations. */
int host_files_make(const struct sandbox *s, enum node_id id, struct err *err);
