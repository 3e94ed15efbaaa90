/* Streams: what the program writes to its standard output and error, with the stamp of each text.
 *
 * In place of the `write` of a stream stands a method of the same stream that looks like it. The
 * stamp and the write are one C call, in which texts gather in a buffer without another thread
 * running; where each of them is written at once, a lock makes one step of both. */
#include "here.h"
#include "plain.h"
#include "sites.h"

typedef struct {
    long long word;
    PyObject *lock;      /* NULL: none is needed */
    PyObject *patience;  /* called when no more meetings are waited for */
    long meetings;       /* how many are */
} Stream;

enum { STREAMS = 2 };

static Stream streams[STREAMS];
/* Whether this thread is at it: a signal handler's writes go straight on. */
static _Thread_local char inside[STREAMS];
static Method plain, lock_acquire, lock_release;
static PyObject *nothing, *no_wait; /* (), (False,) */

static PyObject *
write_and_tell(const Stream *stream, PyObject *self, PyObject *text)
{
    int64_t at = now_ns();
    PyObject *written = plain.made->ml_meth(self, text);
    if (written != NULL) {
        here_emit_write(text, at, stream->word | site_nearest(BY_CALL), as_int64(written));
    }
    return written;
}

/* Whether it is had: 1, or 0 once nobody waits any more; -1: error. */
static int
have_lock(Stream *stream)
{
    PyObject *got = method_call(&lock_acquire, stream->lock, no_wait);
    if (got == NULL || got == Py_True) {
        Py_XDECREF(got);
        return got == NULL ? -1 : 1;
    }
    Py_DECREF(got);
    if (stream->meetings-- <= 0) {
        got = stream->meetings == -1 ? PyObject_CallNoArgs(stream->patience) : Py_NewRef(Py_None);
        Py_XDECREF(got);
        return got == NULL ? -1 : 0;
    }
    /* Signal handlers run meanwhile, and may raise. */
    got = method_call(&lock_acquire, stream->lock, nothing);
    Py_XDECREF(got);
    return got == NULL ? -1 : 1;
}

static PyObject *
write_to(int which, PyObject *self, PyObject *text)
{
    Stream *stream = &streams[which];
    if (stream->lock == NULL || inside[which]) {
        return write_and_tell(stream, self, text);
    }
    inside[which] = 1;
    PyObject *written = NULL;
    int had = have_lock(stream);
    if (had >= 0) {
        written = write_and_tell(stream, self, text);
    }
    if (had > 0) {
        PyObject *kind, *value, *trace;
        PyErr_Fetch(&kind, &value, &trace);
        PyObject *released = method_call(&lock_release, stream->lock, nothing);
        if (released == NULL) {
            PyErr_Clear(); /* Let go of by a fork meanwhile. */
        }
        Py_XDECREF(released);
        PyErr_Restore(kind, value, trace);
    }
    inside[which] = 0;
    return written;
}

static PyObject *
write_first(PyObject *self, PyObject *text)
{
    return write_to(0, self, text);
}

static PyObject *
write_second(PyObject *self, PyObject *text)
{
    return write_to(1, self, text);
}

static PyMethodDef writes[STREAMS] = {
    {"write", write_first, METH_O, NULL},
    {"write", write_second, METH_O, NULL},
};

static PyObject *
observed_write(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *stream, *lock, *patience;
    int which;
    long long word;
    long meetings;
    if (!PyArg_ParseTuple(args, "OiLOOl", &stream, &which, &word, &lock, &patience, &meetings)
        || method_find(&plain, Py_TYPE(stream), "write") < 0) {
        return NULL;
    }
    if (which < 0 || which >= STREAMS || plain.made == NULL || plain.made->ml_flags != METH_O) {
        Py_RETURN_NONE;
    }
    if (lock != Py_None
        && (method_find(&lock_acquire, Py_TYPE(lock), "acquire") < 0
            || method_find(&lock_release, Py_TYPE(lock), "release") < 0)) {
        return NULL;
    }
    Stream *known = &streams[which];
    known->word = word;
    known->meetings = meetings;
    Py_XSETREF(known->lock, lock == Py_None ? NULL : Py_NewRef(lock));
    Py_XSETREF(known->patience, Py_NewRef(patience));
    writes[which].ml_doc = plain.made->ml_doc;
    return PyCFunction_New(&writes[which], stream);
}

static PyMethodDef functions[] = {
    {"observed_write", observed_write, METH_VARARGS,
     "observed_write(stream, which, word, lock, patience, meetings): a method in place of that\n"
     "stream's `write`, or None where that is not made as it is known. `lock` may be None."},
    {NULL, NULL, 0, NULL},
};

int
streams_add(PyObject *module)
{
    nothing = PyTuple_New(0);
    no_wait = PyTuple_Pack(1, Py_False);
    if (nothing == NULL || no_wait == NULL) {
        return -1;
    }
    return PyModule_AddFunctions(module, functions);
}
