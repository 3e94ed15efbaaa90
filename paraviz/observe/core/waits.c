/* Waits: the waiting of one condition.
 *
 * A condition calls its `_release_save` just before it blocks and `_acquire_restore` just after.
 * What stands in their place in the instance are methods of what is here; it must not hold on to
 * the condition, which would then live until the garbage collector comes round. */
#include "frames.h"
#include "here.h"
#include "limits.h"
#include "sites.h"

typedef struct {
    PyObject_HEAD
    long long begin, end, abandoned; /* words, without a site */
    int has_limit;                   /* whether to tell one */
    PyObject *waiters;
    PyObject *release, *restore;     /* of its lock */
} Waits;

static PyObject *timeout, *got_it;

static PyObject *
local_of_caller(PyObject *name)
{
    Frame *frame = complete(frame_now());
    return frame == NULL ? NULL : frame_local(frame, name);
}

static PyObject *
waits_release_save(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Waits *waits = (Waits *)self;
    Py_ssize_t count = PyObject_Size(waits->waiters);
    PyObject *waiter = count > 0 ? PySequence_GetItem(waits->waiters, count - 1) : Py_NewRef(Py_None);
    if (waiter == NULL) {
        return NULL;
    }
    int64_t line = site_nearest(BY_CALL);
    PyObject *limit = waits->has_limit ? Py_XNewRef(local_of_caller(timeout)) : NULL;
    PyObject *saved = PyObject_CallNoArgs(waits->release);
    PyObject *state = NULL;
    if (saved != NULL) {
        tell_limit(limit);
        here_emit(waits->begin | line);
        state = Py_BuildValue("(OOL)", saved, waiter, (long long)line);
    }
    Py_XDECREF(saved);
    Py_XDECREF(limit);
    Py_DECREF(waiter);
    return state;
}

/* Who notifies wakes the waiter first and takes it out of the queue then: in between what `wait` has
 * from its lock tells whether it was woken. */
static int
was_given_up(Waits *waits, PyObject *waiter)
{
    int inside = PySequence_Contains(waits->waiters, waiter);
    if (inside <= 0) {
        PyErr_Clear();
        return 0;
    }
    PyObject *got = local_of_caller(got_it);
    return got == NULL || PyObject_IsTrue(got) != 1;
}

static PyObject *
waits_acquire_restore(PyObject *self, PyObject *state)
{
    Waits *waits = (Waits *)self;
    PyObject *saved, *waiter;
    long long line;
    if (!PyArg_ParseTuple(state, "OOL", &saved, &waiter, &line)) {
        return NULL;
    }
    here_emit((was_given_up(waits, waiter) ? waits->abandoned : waits->end) | line);
    return PyObject_CallOneArg(waits->restore, saved);
}

static int
waits_init(PyObject *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    Waits *waits = (Waits *)self;
    PyObject *waiters, *release, *restore;
    if (!PyArg_ParseTuple(args, "LLLpOOO", &waits->begin, &waits->end, &waits->abandoned,
                          &waits->has_limit, &waiters, &release, &restore)) {
        return -1;
    }
    Py_XSETREF(waits->waiters, Py_NewRef(waiters));
    Py_XSETREF(waits->release, Py_NewRef(release));
    Py_XSETREF(waits->restore, Py_NewRef(restore));
    return 0;
}

static int
waits_traverse(PyObject *self, visitproc visit, void *arg)
{
    Waits *waits = (Waits *)self;
    Py_VISIT(waits->waiters);
    Py_VISIT(waits->release);
    Py_VISIT(waits->restore);
    return 0;
}

static int
waits_clear(PyObject *self)
{
    Waits *waits = (Waits *)self;
    Py_CLEAR(waits->waiters);
    Py_CLEAR(waits->release);
    Py_CLEAR(waits->restore);
    return 0;
}

static void
waits_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    waits_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef waits_methods[] = {
    {"release_save", waits_release_save, METH_NOARGS, "It is about to wait."},
    {"acquire_restore", waits_acquire_restore, METH_O, "It has waited."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject WaitsType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Waits",
    .tp_doc = "Waits(begin, end, abandoned, has limits, waiters, release, restore)",
    .tp_basicsize = sizeof(Waits),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = PyType_GenericNew,
    .tp_init = waits_init,
    .tp_dealloc = waits_dealloc,
    .tp_traverse = waits_traverse,
    .tp_clear = waits_clear,
    .tp_methods = waits_methods,
};

int
waits_add(PyObject *module)
{
    timeout = PyUnicode_InternFromString("timeout");
    got_it = PyUnicode_InternFromString("gotit");
    if (timeout == NULL || got_it == NULL) {
        return -1;
    }
    return PyModule_AddType(module, &WaitsType);
}
