/* Process locks: wait, acquire, give up, release, of the locks between processes that the program
 * itself makes.
 *
 * What stands in place of the semaphore inside such a lock; probes/processes/locks.py puts it there,
 * and python_locks.py beside it does the same without this. */
#include "frames.h"
#include "here.h"
#include "limits.h"
#include "process_locks.h"
#include "semaphores.h"
#include "sites.h"
#include "structmember.h"

typedef struct {
    PyObject_HEAD
    Semaphore inner;
    PyObject *place;
    long long number;
    long long waiting, acquired, released; /* words, without a site */
    char of_value;  /* a Value or an Array takes it unasked as well */
    char told;      /* whether the one who has it was reported to get it */
} ProcessLock;

static PyObject *is_values, *values; /* see `is_value_itself` */

/* ---- Whether it is the program that asks. ---- */

/* Whether the frame so far above the current one is a Value's or an Array's own; -1: error. Python
 * code says so of each file once. */
static int
is_value_itself(int above)
{
    Frame *frame = complete(frame_now());
    while (frame != NULL && above-- > 0) {
        frame = complete(frame->previous);
    }
    if (frame == NULL) {
        return 0;
    }
    PyObject *file = frame_code(frame)->co_filename;
    PyObject *known = PyDict_GetItemWithError(values, file);
    if (known != NULL || PyErr_Occurred()) {
        return known == NULL ? -1 : known == Py_True;
    }
    Py_INCREF(file);
    PyObject *answer = PyObject_CallOneArg(is_values, file);
    int is = answer == NULL ? -1 : answer == Py_True;
    if (answer != NULL && PyDict_SetItem(values, file, is ? Py_True : Py_False) < 0) {
        is = -1;
    }
    Py_XDECREF(answer);
    Py_DECREF(file);
    return is;
}

/* ---- Acquire. ---- */

/* Wait until it is had, or the limit is over, or somebody interrupts; report which. */
static PyObject *
wait_for(ProcessLock *self, PyObject *timeout, int by)
{
    int64_t line = site_nearest(by);
    tell_limit(timeout);
    here_emit(self->waiting | line);
    PyObject *args[] = {Py_True, timeout};
    PyObject *got = semaphore_acquire(&self->inner, args, 2, NULL);
    if (got == Py_True) {
        self->told = 1;
        here_emit(self->acquired | line);
    }
    else {
        here_emit((self->waiting - LOCK_WAIT + LOCK_ABANDONED) | line);
    }
    return got;
}

static inline PyObject *
acquire_at_once(ProcessLock *self)
{
    PyObject *no_wait = Py_False;
    return semaphore_acquire(&self->inner, &no_wait, 1, NULL);
}

static PyObject *
acquire_or_wait(ProcessLock *self, PyObject *timeout, int by, int unasked)
{
    PyObject *got = acquire_at_once(self);
    if (got == Py_True) {
        self->told = !unasked;
        if (!unasked) {
            here_emit(self->acquired | site_nearest(by));
        }
        return got;
    }
    if (got == NULL) {
        return NULL;
    }
    Py_DECREF(got);
    return wait_for(self, timeout, by);
}

static PyObject *
lock_acquire(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    ProcessLock *self = (ProcessLock *)object;
    int mine = semaphore_is_again(&self->inner);
    int unasked = self->of_value && mine == 0 ? is_value_itself(0) : 0;
    if (mine < 0 || unasked < 0) {
        return NULL;
    }
    PyObject *timeout = Py_None;
    if (unasked || (!mine && semaphore_would_wait(args, count, names, &timeout))) {
        return acquire_or_wait(self, timeout, BY_CALL, unasked);
    }
    PyObject *got = semaphore_acquire(&self->inner, args, count, names);
    if (got == Py_True && !mine) {
        self->told = 1;
        here_emit(self->acquired | site_nearest(BY_CALL));
    }
    return got;
}

static PyObject *
lock_enter(PyObject *object, PyObject *Py_UNUSED(ignored))
{
    ProcessLock *self = (ProcessLock *)object;
    int mine = semaphore_is_again(&self->inner);
    if (mine != 0) {
        return mine < 0 ? NULL : semaphore_acquire(&self->inner, NULL, 0, NULL);
    }
    /* Here is the lock's own `__enter__`; above that, for `with value`, the Value's. */
    int unasked = self->of_value ? is_value_itself(1) : 0;
    unasked = unasked > 0 ? is_value_itself(2) : unasked;
    if (unasked < 0) {
        return NULL;
    }
    return acquire_or_wait(self, Py_None, BY_WITH, unasked);
}

PyObject *
process_lock_acquire_unasked(PyObject *object)
{
    ProcessLock *self = (ProcessLock *)object;
    int mine = semaphore_is_again(&self->inner);
    if (mine != 0) {
        return mine < 0 ? NULL : semaphore_acquire(&self->inner, NULL, 0, NULL);
    }
    return acquire_or_wait(self, Py_None, BY_CALL, 1);
}

/* ---- Release. ---- */

static PyObject *
lock_release(PyObject *object, PyObject *Py_UNUSED(ignored))
{
    ProcessLock *self = (ProcessLock *)object;
    if (self->told) {
        int can = semaphore_can_release(&self->inner);
        if (can < 0) {
            return NULL;
        }
        /* Told before it is so, or the next to acquire would be seen first. */
        if (can) {
            here_emit(self->released | site_nearest(BY_CALL));
        }
    }
    return semaphore_release(&self->inner);
}

static PyObject *
lock_exit(PyObject *self, PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count))
{
    return lock_release(self, NULL);
}

/* ---- The type. ---- */

static int
lock_init(PyObject *object, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *inner, *place;
    long long number;
    int of_value;
    if (!PyArg_ParseTuple(args, "OLOp", &inner, &number, &place, &of_value)) {
        return -1;
    }
    ProcessLock *self = (ProcessLock *)object;
    if (semaphore_init(&self->inner, inner) < 0) {
        return -1;
    }
    Py_XSETREF(self->place, Py_NewRef(place));
    self->of_value = of_value && self->inner.recursive;
    self->told = 1;
    self->number = number;
    number <<= 8;
    self->waiting = number | LOCK_WAIT;
    self->acquired = number | LOCK_ACQUIRED;
    self->released = number | LOCK_RELEASED;
    return 0;
}

/* One that was made without its `__init__` has nothing inside. */
static PyObject *
lock_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *self = PyType_GenericNew(type, args, kwargs);
    if (self != NULL && lock_init(self, args, kwargs) < 0) {
        Py_CLEAR(self);
    }
    return self;
}

static void
lock_dealloc(PyObject *self)
{
    Py_XDECREF(((ProcessLock *)self)->inner.plain);
    Py_XDECREF(((ProcessLock *)self)->place);
    Py_TYPE(self)->tp_free(self);
}

static PyMemberDef lock_members[] = {
    {"_inner", T_OBJECT, offsetof(ProcessLock, inner.plain), READONLY, "The semaphore that is there."},
    {"place", T_OBJECT, offsetof(ProcessLock, place), READONLY, "Where it was made."},
    {"number", T_LONGLONG, offsetof(ProcessLock, number), READONLY, "Its number as an object."},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef lock_methods[] = {
    {"acquire", (PyCFunction)(void (*)(void))lock_acquire, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"release", lock_release, METH_NOARGS, NULL},
    {"__enter__", lock_enter, METH_NOARGS, NULL},
    {"__exit__", (PyCFunction)(void (*)(void))lock_exit, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject ProcessLockType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.ProcessLock",
    .tp_doc = "ProcessLock(inner, number, place, of a Value): reports what happens to a semaphore.",
    .tp_basicsize = sizeof(ProcessLock),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = lock_new,
    .tp_dealloc = lock_dealloc,
    .tp_methods = lock_methods,
    .tp_members = lock_members,
};

int
is_lock_of_value(PyObject *object)
{
    return PyObject_TypeCheck(object, &ProcessLockType) && ((ProcessLock *)object)->of_value;
}

static PyObject *
begin_process_locks(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyTypeObject *type;
    PyObject *told;
    if (!PyArg_ParseTuple(args, "O!O", &PyType_Type, &type, &told)
        || semaphores_begin(type) < 0) {
        return NULL;
    }
    Py_XSETREF(is_values, Py_NewRef(told));
    PyDict_Clear(values);
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"begin_process_locks", begin_process_locks, METH_VARARGS,
     "begin_process_locks(type of semaphores, whether a file is a Value's): what is inside."},
    {NULL, NULL, 0, NULL},
};

int
process_locks_add(PyObject *module)
{
    values = PyDict_New();
    if (values == NULL || PyModule_AddFunctions(module, functions) < 0) {
        return -1;
    }
    return PyModule_AddType(module, &ProcessLockType);
}
