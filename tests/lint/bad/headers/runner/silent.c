/* SPDX-License-Identifier: Apache-2.0 */
int says_nothing; /* BAD */
