/* SPDX-License-Identifier: Apache-2.0 */
/* names: words for libvirt's numbers; a number that has none is 'unknown'. */
#pragma once

/* 'running', 'shut-off' */
const char *name_of_state(int state);
/* 'booted', 'migrated', 'destroyed' */
const char *name_of_reason(int state, int reason);
/* 'none', 'bounded', 'completed' */
const char *name_of_job(int type);
/* 'defined', 'started', 'stopped' */
const char *name_of_event(int event);
/* 'booted', 'migrated', 'shutdown' */
const char *name_of_detail(int event, int detail);
/* 'running', 'inactive' */
const char *name_of_pool_state(int state);
/* Of libvirt's answers that are 1, 0 or -1: 'yes', 'no', 'unknown'. */
const char *yes_or_no(int answer);
