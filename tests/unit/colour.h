/* SPDX-License-Identifier: Apache-2.0 */
/* colour: how far apart two colours are, for each kind of eyes, and their contrast. */
#pragma once

/* Linear light, 0 to 1. */
struct colour {
	double r, g, b;
};

/*
 * Severity 1.0 of Machado, Oliveira and Fernandes, 'A Physiologically-based Model for Simulation of
 * Color Vision Deficiency' (2009), and Vienot, Brettel and Mollon, 'Digital Video Colourmaps for
 * Checking the Legibility of Displays by Dichromats' (1999), in linear sRGB.
 */
enum eyes {
	EYES_USUAL,
	EYES_PROTAN,
	EYES_DEUTAN,
	EYES_TRITAN,
	EYES_PROTAN_1999,
	EYES_DEUTAN_1999,
	EYES_COUNT
};

extern const char *const eyes_names[EYES_COUNT];

/* '#rgb' or '#rrggbb', as far as it goes; anything else is a programmer's error. */
struct colour colour_read(const char *hex);
/* Over paper with an opacity of 0 to 1, mixed in sRGB as browsers do. */
struct colour colour_over(struct colour colour, struct colour paper, double opacity);
/* WCAG 2: 1 to 21. */
double colour_contrast(struct colour a, struct colour b);
/* CIEDE2000 as these eyes see it; some 2 is just visible side by side. */
double colour_distance(struct colour a, struct colour b, enum eyes eyes);
/* The least of all eyes, and whose it is. */
double colour_distance_least(struct colour a, struct colour b, enum eyes *ret_eyes);
