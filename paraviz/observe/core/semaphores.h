/* Semaphores: the one inside a lock between processes, and what is asked of it. */
#ifndef PARAVIZ_SEMAPHORES_H
#define PARAVIZ_SEMAPHORES_H

#include "plain.h"

typedef struct {
    PyObject *plain;
    long maximum;
    char recursive; /* it counts how often its owner has it: only the outermost are events */
} Semaphore;

/* -1 with an error set if this is none of the type that was told, or will not say. */
int semaphore_init(Semaphore *semaphore, PyObject *plain);

/* What its type has; -1 with an error set. */
int semaphores_begin(PyTypeObject *type);

PyObject *semaphore_acquire(const Semaphore *semaphore, PyObject *const *args, Py_ssize_t count,
                            PyObject *names);
PyObject *semaphore_release(const Semaphore *semaphore);

/* Whether it counts, and its owner is the one who asks; -1 with an error set. */
int semaphore_is_again(const Semaphore *semaphore);

/* Whether a release would succeed now, and be one of the outermost; -1 with an error set. */
int semaphore_can_release(const Semaphore *semaphore);

/* Whether `acquire(block=True, timeout=None)` would wait for what is not free, and how long. What is
 * refused, or would be, waits not: it is for the semaphore to say so. */
int semaphore_would_wait(PyObject *const *args, Py_ssize_t count, PyObject *names,
                         PyObject **timeout);

#endif
