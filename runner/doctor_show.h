/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_show: what 'kvmlab doctor' found, for a person and for a program. */
#pragma once

#include "runner/doctor/doctor.h"
#include "runner/ui/ui.h"

struct doctor_page {
	const struct lab *const *labs;
	size_t lab_count;
	const struct patient *patients;
	size_t patient_count;
	struct symptom *symptoms;
	size_t n;
};

/* 1: something lacks; 3: something could not be looked at; 0. */
int doctor_exit_code(const struct doctor_page *d);
size_t doctor_count(const struct doctor_page *d, enum symptom_state state);
void doctor_show_text(struct ui *ui, const struct doctor_page *d);
/* One finding in one line, as after it was mended. */
void doctor_show_line(struct ui *ui, const struct symptom *f, bool several_hosts);
void doctor_show_json(FILE *f, const struct doctor_page *d);
