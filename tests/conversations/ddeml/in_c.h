/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the test that are written in C do. */
#ifndef TELLWIRE_TESTS_IN_C_H
#define TELLWIRE_TESTS_IN_C_H

#include "conversations/ddeml/include/ddeml.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes an instance and a string, asks for its text, and gives all back. The length of the text; negative:
   the step that failed. */
int narrowInstanceInC(void);
int wideInstanceInC(void);

#ifdef __cplusplus
}
#endif

#endif
