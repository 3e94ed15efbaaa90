/* What the files of the core share. They are compiled into one module, paraviz.observe._core: what
 * the observed program does most often, each of it one C call that nothing can part, neither a
 * switch of threads, a signal handler nor an exception.
 *
 * Whatever is said of threads holds under a GIL. Without one the buffers have a lock each (see
 * events.h); that such a build works was not tried. */
#ifndef PARAVIZ_CORE_H
#define PARAVIZ_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>
#include <time.h>

/* As paraviz.events has them; tests/unit/test_core.py compares. */
enum {
    EXTRA = 0,
    LOCK_WAIT = 6,
    LOCK_ACQUIRED = 7,
    LOCK_ABANDONED = 8,
    LOCK_RELEASED = 9,
    WRITE = 10,
    WAIT_END = 18,
    WAIT_ABANDONED = 19,
    PUT = 24,
    GET_WAIT = 25,
    GET = 26,
    SEND_WAIT = 30,
    SEND = 31,
    RECEIVE_WAIT = 32,
    RECEIVE = 33,
    MEMORY_READ = 50,
    MEMORY_BEFORE = 51,
    MEMORY_WRITE = 52,
    WAIT_LIMIT = 105,
    KIND_MASK = 255,
    KIND_BITS = 8,
    SITE_SHIFT = 32,
};

/* The clock of time.perf_counter_ns(). */
static inline int64_t
now_ns(void)
{
#ifdef __APPLE__
    return (int64_t)clock_gettime_nsec_np(CLOCK_UPTIME_RAW);
#else
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
#endif
}

/* An integer of Python's as 64 bits; what is too large is cut off. -1 with an error set if it is no
 * integer. */
static inline int64_t
as_int64(PyObject *number)
{
    return (int64_t)PyLong_AsUnsignedLongLongMask(number);
}

/* Each file adds what it has to the module; -1 with an error set if that fails. */
int events_add(PyObject *module);
int sites_add(PyObject *module);
int here_add(PyObject *module);
int locks_add(PyObject *module);
int streams_add(PyObject *module);
int connections_add(PyObject *module);
int simple_queues_add(PyObject *module);
int waits_add(PyObject *module);
int passing_add(PyObject *module);
int process_locks_add(PyObject *module);
int marks_add(PyObject *module);
int memory_add(PyObject *module);
int sending_add(PyObject *module);
int shared_values_add(PyObject *module);

#endif
