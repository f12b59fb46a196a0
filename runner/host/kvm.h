/* SPDX-License-Identifier: Apache-2.0 */
/* kvm: tries /dev/kvm for real: runs a counted loop in a vCPU and the same loop natively. */
#pragma once

#include <stdint.h>

#include "runner/base/buf.h"
#include "runner/base/err.h"

#define KVM_DEVICE	"/dev/kvm"
#define KVM_DEADLINE_MS 5000

/*
 * Appends 'key=value' lines:
 *   exists=0|1  permitted=0|1 (left out when opening failed for another reason)
 *   open_errno=0|ENAME  api_version=N  create_vm=ok|ENAME|deadline  arch=MACHINE
 *   vcpu=ok|deadline|ENAME|exit:N|signal:N|unsupported
 *   loop_count=N  vcpu_ns=N  native_ns=N
 * Keys that were not reached are left out. All is done in a child that is killed at the deadline,
 * because a device that lies can hang whoever asks it. -1 only when no child could be made.
 */
int kvm_probe(const char *device, int64_t deadline_ms, struct buf *out, struct err *err);
