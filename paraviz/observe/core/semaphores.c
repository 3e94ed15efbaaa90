/* Semaphores: the one inside a lock between processes, and what is asked of it. */
#include "semaphores.h"

enum { RECURSIVE = 0 }; /* the `kind` of one that counts how often its owner has it */

static Method acquire, release, is_mine, is_zero, count_of, value_of;
static PyObject *nothing; /* () */

int
semaphores_begin(PyTypeObject *type)
{
    if (nothing == NULL) {
        nothing = PyTuple_New(0);
    }
    return nothing == NULL || method_find(&release, type, "release") < 0
                   || method_find(&is_mine, type, "_is_mine") < 0
                   || method_find(&is_zero, type, "_is_zero") < 0
                   || method_find(&count_of, type, "_count") < 0
                   || method_find(&value_of, type, "_get_value") < 0
                   || method_find(&acquire, type, "acquire") < 0
               ? -1
               : 0;
}

int
semaphore_init(Semaphore *semaphore, PyObject *plain)
{
    if (acquire.type == NULL || !PyObject_TypeCheck(plain, acquire.type)) {
        PyErr_SetString(PyExc_TypeError, "no semaphore of the type that was told");
        return -1;
    }
    PyObject *kind = PyObject_GetAttrString(plain, "kind");
    PyObject *maximum = kind == NULL ? NULL : PyObject_GetAttrString(plain, "maxvalue");
    if (maximum != NULL) {
        semaphore->recursive = PyLong_AsLong(kind) == RECURSIVE;
        semaphore->maximum = PyLong_AsLong(maximum);
    }
    Py_XDECREF(kind);
    Py_XDECREF(maximum);
    if (PyErr_Occurred()) {
        return -1;
    }
    Py_XSETREF(semaphore->plain, Py_NewRef(plain));
    return 0;
}

PyObject *
semaphore_acquire(const Semaphore *semaphore, PyObject *const *args, Py_ssize_t count,
                  PyObject *names)
{
    return method_vectorcall(&acquire, semaphore->plain, args, count, names);
}

PyObject *
semaphore_release(const Semaphore *semaphore)
{
    return method_call(&release, semaphore->plain, nothing);
}

/* 1, 0, or -1 with an error set. */
static int
is_so(Method *method, const Semaphore *semaphore)
{
    PyObject *answer = method_call(method, semaphore->plain, nothing);
    if (answer == NULL) {
        return -1;
    }
    int is_true = answer == Py_True;
    Py_DECREF(answer);
    return is_true;
}

static long
number_from(Method *method, const Semaphore *semaphore)
{
    PyObject *answer = method_call(method, semaphore->plain, nothing);
    long number = answer == NULL ? -1 : PyLong_AsLong(answer);
    Py_XDECREF(answer);
    return number;
}

int
semaphore_is_again(const Semaphore *semaphore)
{
    return semaphore->recursive ? is_so(&is_mine, semaphore) : 0;
}

int
semaphore_can_release(const Semaphore *semaphore)
{
    if (semaphore->recursive) {
        int mine = is_so(&is_mine, semaphore);
        long count = mine > 0 ? number_from(&count_of, semaphore) : 0;
        return mine < 0 || count < 0 ? -1 : count == 1;
    }
    if (semaphore->maximum == 1) {
        return is_so(&is_zero, semaphore);
    }
    long value = number_from(&value_of, semaphore);
    if (value == -1 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_NotImplementedError)) {
            return -1;
        }
        PyErr_Clear(); /* macOS cannot say. */
        return 1;
    }
    return value < semaphore->maximum;
}

int
semaphore_would_wait(PyObject *const *args, Py_ssize_t count, PyObject *names, PyObject **timeout)
{
    Py_ssize_t named = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    if (count + named > 2) {
        return 0;
    }
    PyObject *block = count > 0 ? args[0] : Py_True;
    *timeout = count > 1 ? args[1] : Py_None;
    for (Py_ssize_t i = 0; i < named; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (count < 1 && PyUnicode_CompareWithASCIIString(name, "block") == 0) {
            block = args[count + i];
        }
        else if (count < 2 && PyUnicode_CompareWithASCIIString(name, "timeout") == 0) {
            *timeout = args[count + i];
        }
        else {
            return 0;
        }
    }
    if (block != Py_True && !(PyLong_CheckExact(block) && PyObject_IsTrue(block))) {
        return 0;
    }
    if (*timeout == Py_None) {
        return 1;
    }
    double seconds = 0;
    if (PyFloat_Check(*timeout)) {
        seconds = PyFloat_AS_DOUBLE(*timeout);
    }
    else if (PyLong_Check(*timeout)) {
        seconds = PyLong_AsDouble(*timeout);
        PyErr_Clear(); /* Too large: -1. */
    }
    return seconds > 0;
}
