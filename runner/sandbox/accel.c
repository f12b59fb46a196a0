/* SPDX-License-Identifier: Apache-2.0 */
/* accel: do guests run on the CPU here, or must they be emulated? */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/host/kvm.h"
#include "runner/sandbox/up.h"

#define SLOWEST 20 /* times the native speed: as checks/kvm_device judges */

static double value(const char *lines, const char *key)
{
	const char *at = strstr(lines, key);

	return at ? strtod(at + strlen(key), NULL) : 0;
}

bool needs_find_kvm(void)
{
	_cleanup_buf_ struct buf out = { 0 };
	double vcpu, native;

	if (kvm_probe(KVM_DEVICE, KVM_DEADLINE_MS, &out, NULL) < 0)
		return false;
	vcpu = value(buf_str(&out), "vcpu_ns=");
	native = value(buf_str(&out), "native_ns=");
	return strstr(buf_str(&out), "vcpu=ok") && native > 0 && vcpu / native <= SLOWEST;
}
