/* Limits: how long a wait that begins may take. */
#include "limits.h"

#include "here.h"

/* About 30 years: a longer one is none. */
static const double LONGEST_S = 1e9;

void
tell_limit(PyObject *timeout)
{
    double seconds = 0;
    if (timeout == NULL || timeout == Py_None) {
        return;
    }
    if (PyFloat_CheckExact(timeout)) {
        seconds = PyFloat_AS_DOUBLE(timeout);
    }
    else if (PyLong_CheckExact(timeout)) {
        seconds = PyLong_AsDouble(timeout);
        if (seconds == -1.0 && PyErr_Occurred()) {
            PyErr_Clear();
            return;
        }
    }
    /* Other types may do anything when they are asked for a number. */
    if (!(seconds >= LONGEST_S)) {
        here_emit_value(WAIT_LIMIT, seconds > 0 ? (int64_t)(seconds * 1e9) : 0);
    }
}
