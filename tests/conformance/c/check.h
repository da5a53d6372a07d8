/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TELLWIRE_TESTS_CHECK_H
#define TELLWIRE_TESTS_CHECK_H

#include <stdio.h>
#include <stdlib.h>

/* Ends the program with 1, and says where, unless the condition holds. */
#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                        \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

#endif
