/* SPDX-License-Identifier: Apache-2.0 */
/* kvm_vcpu: the part of the probe that talks to an open /dev/kvm; only kvm.c uses it. */
#pragma once

/* Writes api_version= and what follows to out. May hang: call it in a child. */
void kvm_vcpu_try(int kvm, int out);
