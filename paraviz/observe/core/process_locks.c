/* Process locks: wait, acquire, give up, release, of the locks between processes that the program
 * itself makes.
 *
 * What stands in place of the semaphore inside such a lock; probes/processes/locks.py puts it there,
 * and python_locks.py beside it does the same without this. */
#include "frames.h"
#include "here.h"
#include "limits.h"
#include "plain.h"
#include "sites.h"
#include "structmember.h"

typedef struct {
    PyObject_HEAD
    PyObject *inner, *place;
    long long number;
    long long waiting, acquired, released; /* words, without a site */
    long maximum;
    char recursive; /* it counts how often its owner has it: only the outermost are events */
    char of_value;  /* a Value or an Array takes it unasked as well */
    char told;      /* whether the one who has it was reported to get it */
} ProcessLock;

enum { RECURSIVE = 0 }; /* the `kind` of such a semaphore */

static Method acquire, release, is_mine, is_zero, count_of, value_of;
static PyObject *nothing, *no_wait, *is_values, *values; /* (), (False,); see `is_value_itself` */

/* ---- The semaphore inside. ---- */

/* 1, 0, or -1 with an error set. */
static int
is_so(Method *method, const ProcessLock *self)
{
    PyObject *answer = method_call(method, self->inner, nothing);
    if (answer == NULL) {
        return -1;
    }
    int is_true = answer == Py_True;
    Py_DECREF(answer);
    return is_true;
}

static long
number_from(Method *method, const ProcessLock *self)
{
    PyObject *answer = method_call(method, self->inner, nothing);
    long number = answer == NULL ? -1 : PyLong_AsLong(answer);
    Py_XDECREF(answer);
    return number;
}

/* Whether a release would succeed now, and be one of the outermost; -1: error. */
static int
can_release(const ProcessLock *self)
{
    if (self->recursive) {
        int mine = is_so(&is_mine, self);
        return mine <= 0 ? mine : number_from(&count_of, self) == 1;
    }
    if (self->maximum == 1) {
        return is_so(&is_zero, self);
    }
    long value = number_from(&value_of, self);
    if (value == -1 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_NotImplementedError)) {
            return -1;
        }
        PyErr_Clear(); /* macOS cannot say. */
        return 1;
    }
    return value < self->maximum;
}

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

/* Whether `acquire(block=True, timeout=None)` would wait for what is not free. What is refused, or
 * would be, waits not: it is for the semaphore inside to say so. */
static int
would_wait(PyObject *const *args, Py_ssize_t count, PyObject *names, PyObject **timeout)
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

/* Wait until it is had, or the limit is over, or somebody interrupts; report which. */
static PyObject *
wait_for(ProcessLock *self, PyObject *timeout, int by)
{
    int64_t line = site_nearest(by);
    tell_limit(timeout);
    here_emit(self->waiting | line);
    PyObject *args[] = {Py_True, timeout};
    PyObject *got = method_vectorcall(&acquire, self->inner, args, 2, NULL);
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
    return method_vectorcall(&acquire, self->inner, &PyTuple_GET_ITEM(no_wait, 0), 1, NULL);
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
    int mine = self->recursive ? is_so(&is_mine, self) : 0;
    int unasked = self->of_value && mine == 0 ? is_value_itself(0) : 0;
    if (mine < 0 || unasked < 0) {
        return NULL;
    }
    PyObject *timeout = Py_None;
    if (unasked || (!mine && would_wait(args, count, names, &timeout))) {
        return acquire_or_wait(self, timeout, BY_CALL, unasked);
    }
    PyObject *got = method_vectorcall(&acquire, self->inner, args, count, names);
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
    int unasked = 0;
    if (self->recursive) {
        int mine = is_so(&is_mine, self);
        if (mine != 0) {
            return mine < 0 ? NULL : method_vectorcall(&acquire, self->inner, NULL, 0, NULL);
        }
        if (self->of_value) {
            /* Here is the lock's own `__enter__`; above that, for `with value`, the Value's. */
            unasked = is_value_itself(1);
            unasked = unasked > 0 ? is_value_itself(2) : unasked;
            if (unasked < 0) {
                return NULL;
            }
        }
    }
    return acquire_or_wait(self, Py_None, BY_WITH, unasked);
}

/* ---- Release. ---- */

static PyObject *
lock_release(PyObject *object, PyObject *Py_UNUSED(ignored))
{
    ProcessLock *self = (ProcessLock *)object;
    if (self->told) {
        int can = can_release(self);
        if (can < 0) {
            return NULL;
        }
        /* Told before it is so, or the next to acquire would be seen first. */
        if (can) {
            here_emit(self->released | site_nearest(BY_CALL));
        }
    }
    return method_call(&release, self->inner, nothing);
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
    if (acquire.type == NULL || !PyObject_TypeCheck(inner, acquire.type)) {
        PyErr_SetString(PyExc_TypeError, "no semaphore of the type that was told");
        return -1;
    }
    ProcessLock *self = (ProcessLock *)object;
    PyObject *kind = PyObject_GetAttrString(inner, "kind");
    PyObject *maximum = kind == NULL ? NULL : PyObject_GetAttrString(inner, "maxvalue");
    if (maximum != NULL) {
        self->recursive = PyLong_AsLong(kind) == RECURSIVE;
        self->maximum = PyLong_AsLong(maximum);
    }
    Py_XDECREF(kind);
    Py_XDECREF(maximum);
    if (PyErr_Occurred()) {
        return -1;
    }
    Py_XSETREF(self->inner, Py_NewRef(inner));
    Py_XSETREF(self->place, Py_NewRef(place));
    self->of_value = of_value && self->recursive;
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
    Py_XDECREF(((ProcessLock *)self)->inner);
    Py_XDECREF(((ProcessLock *)self)->place);
    Py_TYPE(self)->tp_free(self);
}

static PyMemberDef lock_members[] = {
    {"_inner", T_OBJECT, offsetof(ProcessLock, inner), READONLY, "The semaphore that is there."},
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

static PyObject *
begin_process_locks(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyTypeObject *type;
    PyObject *told;
    if (!PyArg_ParseTuple(args, "O!O", &PyType_Type, &type, &told)
        || method_find(&release, type, "release") < 0 || method_find(&is_mine, type, "_is_mine") < 0
        || method_find(&is_zero, type, "_is_zero") < 0 || method_find(&count_of, type, "_count") < 0
        || method_find(&value_of, type, "_get_value") < 0
        || method_find(&acquire, type, "acquire") < 0) {
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
    nothing = PyTuple_New(0);
    no_wait = PyTuple_Pack(1, Py_False);
    values = PyDict_New();
    if (nothing == NULL || no_wait == NULL || values == NULL
        || PyModule_AddFunctions(module, functions) < 0) {
        return -1;
    }
    return PyModule_AddType(module, &ProcessLockType);
}
