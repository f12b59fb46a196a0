/* SPDX-License-Identifier: Apache-2.0 */
/* cpu_trial: a guest with a domain's CPU is tried on the destination. Part of cpu_compatible. */
#pragma once

#include "checks/collector.h"
#include "checks/prerequisite.h"

/* Appends the item 'trial': started=yes|no|unknown, words=WHY. */
int collect_cpu_trial(struct collector *c, const char *domain, struct err *err);

enum cpu_trial {
	TRIAL_NONE,	 /* it was not made, or not answered */
	TRIAL_NOT_ASKED, /* the domain asks for no CPU */
	TRIAL_STARTED,
	TRIAL_REFUSED, /* for its CPU */
	TRIAL_FAILED,  /* for anything else: no KVM there, no memory, no such machine */
};

/* words: what libvirt said, or NULL. */
enum cpu_trial cpu_trial_read(const struct evidence_item *trial, struct arena *arena,
			      const char **ret_words);
