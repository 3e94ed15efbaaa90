/* Process locks: what the accesses of a Value or an Array ask of theirs. */
#ifndef PARAVIZ_PROCESS_LOCKS_H
#define PARAVIZ_PROCESS_LOCKS_H

#include "core.h"

/* Whether it stands in place of the semaphore that a Value or an Array has for itself. */
int is_lock_of_value(PyObject *object);

/* Acquire such a one for a single access, which is told only where it has to wait. */
PyObject *process_lock_acquire_unasked(PyObject *object);

#endif
