/* SPDX-License-Identifier: Apache-2.0 */
/* colour: see colour.h. */
#include "colour.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const eyes_names[EYES_COUNT] = {
	[EYES_USUAL] = "usual",
	[EYES_PROTAN] = "protanopia",
	[EYES_DEUTAN] = "deuteranopia",
	[EYES_TRITAN] = "tritanopia",
	[EYES_PROTAN_1999] = "protanopia (1999)",
	[EYES_DEUTAN_1999] = "deuteranopia (1999)",
};

static const double matrices[EYES_COUNT][9] = {
	[EYES_USUAL] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 },
	[EYES_PROTAN] = { 0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882,
			  -0.048116, 1.051998 },
	[EYES_DEUTAN] = { 0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820,
			  0.042940, 0.968881 },
	[EYES_TRITAN] = { 1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733,
			  0.691367, 0.303900 },
	[EYES_PROTAN_1999] = { 0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1 },
	[EYES_DEUTAN_1999] = { 0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1 },
};

static double linear(double s)
{
	return s <= 0.04045 ? s / 12.92 : pow((s + 0.055) / 1.055, 2.4);
}

static double encoded(double l)
{
	return l <= 0.0031308 ? l * 12.92 : 1.055 * pow(l, 1 / 2.4) - 0.055;
}

struct colour colour_read(const char *hex)
{
	char *end;
	unsigned long n = strtoul(hex + 1, &end, 16);
	long digits = end - hex - 1;

	assert(hex[0] == '#' && (digits == 3 || digits == 6));
	if (digits == 3)
		n = (n & 0xf00) * 0x1100 | (n & 0xf0) * 0x110 | (n & 0xf) * 0x11;
	return (struct colour){ linear((double)(n >> 16) / 255),
				linear((double)(n >> 8 & 255) / 255),
				linear((double)(n & 255) / 255) };
}

static double mixed(double a, double b, double share)
{
	return linear(encoded(a) * share + encoded(b) * (1 - share));
}

struct colour colour_over(struct colour colour, struct colour paper, double opacity)
{
	return (struct colour){ mixed(colour.r, paper.r, opacity),
				mixed(colour.g, paper.g, opacity),
				mixed(colour.b, paper.b, opacity) };
}

static double luminance(struct colour c)
{
	return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

double colour_contrast(struct colour a, struct colour b)
{
	double one = luminance(a) + 0.05, other = luminance(b) + 0.05;

	return one > other ? one / other : other / one;
}

static double clipped(double x)
{
	return x < 0 ? 0 : x > 1 ? 1 : x;
}

static struct colour seen(struct colour c, enum eyes eyes)
{
	const double *m = matrices[eyes];

	return (struct colour){ clipped(m[0] * c.r + m[1] * c.g + m[2] * c.b),
				clipped(m[3] * c.r + m[4] * c.g + m[5] * c.b),
				clipped(m[6] * c.r + m[7] * c.g + m[8] * c.b) };
}

struct lab {
	double l, a, b;
};

static double lab_part(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* CIE 1976, white D65. */
static struct lab to_lab(struct colour c)
{
	double x = lab_part((0.4124564 * c.r + 0.3575761 * c.g + 0.1804375 * c.b) / 0.95047);
	double y = lab_part(0.2126729 * c.r + 0.7151522 * c.g + 0.0721750 * c.b);
	double z = lab_part((0.0193339 * c.r + 0.1191920 * c.g + 0.9503041 * c.b) / 1.08883);

	return (struct lab){ 116 * y - 16, 500 * (x - y), 200 * (y - z) };
}

static double hue(double a, double b)
{
	double h = a == 0 && b == 0 ? 0 : atan2(b, a);

	return h < 0 ? h + 2 * M_PI : h;
}

#define DEGREES (M_PI / 180)

static double mean_hue(double h1, double h2, double chromas)
{
	if (chromas == 0)
		return h1 + h2;
	if (fabs(h1 - h2) <= M_PI)
		return (h1 + h2) / 2;
	return h1 + h2 < 2 * M_PI ? (h1 + h2) / 2 + M_PI : (h1 + h2) / 2 - M_PI;
}

static double hue_difference(double h1, double h2)
{
	double d = h2 - h1;

	return d > M_PI ? d - 2 * M_PI : d < -M_PI ? d + 2 * M_PI : d;
}

static double chroma_term(double c)
{
	return sqrt(pow(c, 7) / (pow(c, 7) + pow(25, 7)));
}

/* Sharma, Wu and Dalal, 'The CIEDE2000 Color-Difference Formula' (2005). */
static double ciede2000(struct lab p, struct lab q)
{
	double g = 1.5 - 0.5 * chroma_term((hypot(p.a, p.b) + hypot(q.a, q.b)) / 2);
	double c1 = hypot(p.a * g, p.b), c2 = hypot(q.a * g, q.b), c = (c1 + c2) / 2;
	double h1 = hue(p.a * g, p.b), h2 = hue(q.a * g, q.b), h = mean_hue(h1, h2, c1 * c2);
	double dh = 2 * sqrt(c1 * c2) * sin(hue_difference(h1, h2) / 2);
	double l = pow((p.l + q.l) / 2 - 50, 2);
	double t = 1 - 0.17 * cos(h - 30 * DEGREES) + 0.24 * cos(2 * h) +
		   0.32 * cos(3 * h + 6 * DEGREES) - 0.20 * cos(4 * h - 63 * DEGREES);
	double turn = 30 * DEGREES * exp(-pow((h / DEGREES - 275) / 25, 2));
	double by_l = (q.l - p.l) / (1 + 0.015 * l / sqrt(20 + l));
	double by_c = (c2 - c1) / (1 + 0.045 * c), by_h = dh / (1 + 0.015 * c * t);

	return sqrt(by_l * by_l + by_c * by_c + by_h * by_h -
		    sin(2 * turn) * 2 * chroma_term(c) * by_c * by_h);
}

double colour_distance(struct colour a, struct colour b, enum eyes eyes)
{
	return ciede2000(to_lab(seen(a, eyes)), to_lab(seen(b, eyes)));
}

double colour_distance_least(struct colour a, struct colour b, enum eyes *ret_eyes)
{
	double least = colour_distance(a, b, EYES_USUAL);

	*ret_eyes = EYES_USUAL;
	for (int i = 1; i < EYES_COUNT; i++) {
		double d = colour_distance(a, b, (enum eyes)i);

		if (d >= least)
			continue;
		least = d;
		*ret_eyes = (enum eyes)i;
	}
	return least;
}
