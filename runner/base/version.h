/* SPDX-License-Identifier: Apache-2.0 */
/* version: the one place that names the version. */
#pragma once

#define KVMLAB_VERSION "0.1.0"
