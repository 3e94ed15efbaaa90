/* Locks: wait, acquire, give up, release, of the locks that the program itself makes.
 *
 * What reports is the base of the types that the program sees; probes/threads/locks.py has the rest
 * of them, and what does the same without this. */
#include "here.h"
#include "limits.h"
#include "plain.h"
#include "sites.h"
#include "structmember.h"

typedef struct {
    PyObject_HEAD
    PyObject *inner, *place;
    long long waiting, acquired, released; /* words, without a site */
} Lock;

/* Who owns it is known here, since nobody else has the lock inside. */
typedef struct {
    Lock lock;
    unsigned long owner;
    Py_ssize_t depth;
} RLock;

typedef struct {
    Method acquire, release;
} Methods;

static Methods of_lock, of_rlock;
static Method locked, release_save, acquire_restore;
static PyObject *nothing, *no_wait; /* (), (False,) */

/* ---- What is asked for. ---- */

typedef struct {
    int waits; /* unless it can be had at once */
    PyObject *blocking, *timeout;
    PyObject *limit; /* the timeout, unless it is for none; borrowed */
} Asked;

/* How long `acquire(blocking=True, timeout=-1)` would wait. What is refused, or would be, waits not:
 * it is for the lock inside to say so. */
static void
understand(Asked *asked, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    *asked = (Asked){.waits = 0};
    Py_ssize_t named = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    if (count + named > 2) {
        return;
    }
    asked->blocking = count > 0 ? args[0] : NULL;
    asked->timeout = count > 1 ? args[1] : NULL;
    for (Py_ssize_t i = 0; i < named; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        PyObject **given = PyUnicode_CompareWithASCIIString(name, "blocking") == 0 ? &asked->blocking
                           : PyUnicode_CompareWithASCIIString(name, "timeout") == 0 ? &asked->timeout
                                                                                    : NULL;
        if (given == NULL || *given != NULL) {
            return;
        }
        *given = args[count + i];
    }
    if (asked->blocking != NULL && asked->blocking != Py_True
        && !(PyLong_CheckExact(asked->blocking) && PyObject_IsTrue(asked->blocking))) {
        return;
    }
    if (asked->timeout == NULL) {
        asked->waits = 1;
        return;
    }
    double seconds;
    if (PyFloat_CheckExact(asked->timeout)) {
        seconds = PyFloat_AS_DOUBLE(asked->timeout);
    }
    else if (PyLong_CheckExact(asked->timeout)) {
        seconds = PyLong_AsDouble(asked->timeout);
        if (seconds == -1.0 && PyErr_Occurred()) {
            PyErr_Clear();
            return;
        }
    }
    else {
        return;
    }
    asked->waits = seconds == -1.0 || (seconds > 0 && seconds <= PY_TIMEOUT_MAX * 1e-6);
    asked->limit = seconds == -1.0 ? NULL : asked->timeout;
}

/* ---- A lock. ---- */

/* Wait until it is had, or the limit is over, or somebody interrupts; report which. */
static PyObject *
wait_for(Lock *self, Method *acquire, const Asked *asked, int by)
{
    int64_t line = site_nearest(by);
    tell_limit(asked == NULL ? NULL : asked->limit);
    here_emit(self->waiting | line);
    PyObject *got;
    if (asked == NULL || asked->timeout == NULL) {
        got = method_call(acquire, self->inner, nothing);
    }
    else {
        PyObject *args = PyTuple_Pack(2, Py_True, asked->timeout);
        got = args == NULL ? NULL : method_call(acquire, self->inner, args);
        Py_XDECREF(args);
    }
    here_emit((got == Py_True ? self->acquired : self->waiting - LOCK_WAIT + LOCK_ABANDONED) | line);
    return got;
}

/* Have it if nobody holds it. To ask `locked()` would not do: whoever was let go on in an `acquire`
   has the lock before it has the GIL, and it is not before then that the lock says it is held. */
static inline PyObject *
acquire_at_once(Lock *self, Method *acquire)
{
    return method_call(acquire, self->inner, no_wait);
}

static inline PyObject *
acquire_plainly(Lock *self, Method *acquire, int by)
{
    PyObject *got = acquire_at_once(self, acquire);
    if (got == Py_True) {
        here_emit(self->acquired | site_nearest(by));
        return got;
    }
    if (got == NULL) {
        return NULL;
    }
    Py_DECREF(got);
    return wait_for(self, acquire, NULL, by);
}

static PyObject *
acquire_as_asked(Lock *self, Method *acquire, PyObject *const *args, Py_ssize_t count,
                 PyObject *names)
{
    if (count == 0 && names == NULL) {
        return acquire_plainly(self, acquire, BY_CALL);
    }
    Asked asked;
    understand(&asked, args, count, names);
    PyObject *got;
    if (asked.waits) {
        got = acquire_at_once(self, acquire);
        if (got == Py_False) {
            Py_DECREF(got);
            return wait_for(self, acquire, &asked, BY_CALL);
        }
    }
    else {
        got = method_vectorcall(acquire, self->inner, args, count, names);
    }
    if (got == Py_True) {
        here_emit(self->acquired | site_nearest(BY_CALL));
    }
    return got;
}

static PyObject *
lock_acquire(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return acquire_as_asked((Lock *)self, &of_lock.acquire, args, count, names);
}

static PyObject *
lock_enter(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return acquire_plainly((Lock *)self, &of_lock.acquire, BY_WITH);
}

static PyObject *
lock_release(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Lock *lock = (Lock *)self;
    PyObject *held = method_call(&locked, lock->inner, nothing);
    if (held == NULL) {
        return NULL;
    }
    /* Told before it is so: what comes of it comes later. */
    if (held == Py_True) {
        here_emit(lock->released | site_nearest(BY_CALL));
    }
    Py_DECREF(held);
    return method_call(&of_lock.release, lock->inner, nothing);
}

static PyObject *
lock_exit(PyObject *self, PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count))
{
    return lock_release(self, NULL);
}

static PyObject *
lock_locked(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return method_call(&locked, ((Lock *)self)->inner, nothing);
}

/* ---- One that its owner may acquire again: only the outermost are events. ---- */

static inline int
owns(RLock *self)
{
    return self->depth > 0 && self->owner == PyThread_get_thread_ident();
}

static inline void
own(RLock *self, Py_ssize_t depth)
{
    self->owner = PyThread_get_thread_ident();
    self->depth = depth;
}

static PyObject *
rlock_acquire(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    RLock *lock = (RLock *)self;
    if (owns(lock)) {
        PyObject *got = method_vectorcall(&of_rlock.acquire, lock->lock.inner, args, count, names);
        lock->depth += got == Py_True;
        return got;
    }
    PyObject *got = acquire_as_asked(&lock->lock, &of_rlock.acquire, args, count, names);
    if (got == Py_True) {
        own(lock, 1);
    }
    return got;
}

static PyObject *
rlock_enter(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    RLock *lock = (RLock *)self;
    if (owns(lock)) {
        PyObject *got = method_call(&of_rlock.acquire, lock->lock.inner, nothing);
        lock->depth += got == Py_True;
        return got;
    }
    PyObject *got = acquire_plainly(&lock->lock, &of_rlock.acquire, BY_WITH);
    if (got == Py_True) {
        own(lock, 1);
    }
    return got;
}

static PyObject *
rlock_release(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    RLock *lock = (RLock *)self;
    if (owns(lock) && --lock->depth == 0) {
        lock->owner = 0;
        here_emit(lock->lock.released | site_nearest(BY_CALL));
    }
    return method_call(&of_rlock.release, lock->lock.inner, nothing);
}

static PyObject *
rlock_exit(PyObject *self, PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count))
{
    return rlock_release(self, NULL);
}

/* What a condition calls on its lock: release it however often it was acquired … */
static PyObject *
rlock_release_save(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    RLock *lock = (RLock *)self;
    Py_ssize_t depth = lock->depth;
    if (owns(lock)) {
        lock->depth = 0;
        lock->owner = 0;
        here_emit(lock->lock.released | site_nearest(BY_CALL));
    }
    PyObject *state = method_call(&release_save, lock->lock.inner, nothing);
    return state == NULL ? NULL : Py_BuildValue("(nN)", depth, state);
}

/* … and acquire it as often again. */
static PyObject *
rlock_acquire_restore(PyObject *self, PyObject *saved)
{
    RLock *lock = (RLock *)self;
    Py_ssize_t depth;
    PyObject *state;
    if (!PyArg_ParseTuple(saved, "nO", &depth, &state)) {
        return NULL;
    }
    PyObject *got = method_call(&of_rlock.acquire, lock->lock.inner, no_wait);
    if (got == NULL) {
        return NULL;
    }
    Py_DECREF(got);
    if (got == Py_True) {
        for (Py_ssize_t i = 1; i < depth; i++) {
            Py_XDECREF(method_call(&of_rlock.acquire, lock->lock.inner, nothing));
        }
        own(lock, depth);
        here_emit(lock->lock.acquired | site_nearest(BY_CALL));
        Py_RETURN_NONE;
    }
    int64_t line = site_nearest(BY_CALL);
    here_emit(lock->lock.waiting | line);
    PyObject *args = PyTuple_Pack(1, state);
    PyObject *done = args == NULL ? NULL : method_call(&acquire_restore, lock->lock.inner, args);
    Py_XDECREF(args);
    if (done != NULL) {
        own(lock, depth);
    }
    long long told = done == NULL ? lock->lock.waiting - LOCK_WAIT + LOCK_ABANDONED
                                  : lock->lock.acquired;
    here_emit(told | line);
    return done;
}

/* ---- Both. ---- */

static int
lock_init(PyObject *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *inner, *place = Py_None;
    long long number;
    if (!PyArg_ParseTuple(args, "OL|O", &inner, &number, &place)) {
        return -1;
    }
    Lock *lock = (Lock *)self;
    Py_XSETREF(lock->inner, Py_NewRef(inner));
    Py_XSETREF(lock->place, Py_NewRef(place));
    number <<= 8;
    lock->waiting = number | LOCK_WAIT;
    lock->acquired = number | LOCK_ACQUIRED;
    lock->released = number | LOCK_RELEASED;
    return 0;
}

static void
lock_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(((Lock *)self)->inner);
    Py_XDECREF(((Lock *)self)->place);
    type->tp_free(self);
}

static PyMemberDef lock_members[] = {
    {"_inner", T_OBJECT, offsetof(Lock, inner), READONLY, "The lock that is there without us."},
    {"place", T_OBJECT, offsetof(Lock, place), READONLY, "Where it was made."},
    {"_waiting", T_LONGLONG, offsetof(Lock, waiting), READONLY, NULL},
    {"_acquired", T_LONGLONG, offsetof(Lock, acquired), READONLY, NULL},
    {"_released", T_LONGLONG, offsetof(Lock, released), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyMemberDef rlock_members[] = {
    {"_depth", T_PYSSIZET, offsetof(RLock, depth), 0, "How often its owner acquired it."},
    {NULL, 0, 0, 0, NULL},
};

#define FUNCTION(function) (PyCFunction)(void (*)(void))function

static PyMethodDef lock_methods[] = {
    {"acquire", FUNCTION(lock_acquire), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"acquire_lock", FUNCTION(lock_acquire), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"release", lock_release, METH_NOARGS, NULL},
    {"release_lock", lock_release, METH_NOARGS, NULL},
    {"locked", lock_locked, METH_NOARGS, NULL},
    {"locked_lock", lock_locked, METH_NOARGS, NULL},
    {"__enter__", lock_enter, METH_NOARGS, NULL},
    {"__exit__", FUNCTION(lock_exit), METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef rlock_methods[] = {
    {"acquire", FUNCTION(rlock_acquire), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"release", rlock_release, METH_NOARGS, NULL},
    {"__enter__", rlock_enter, METH_NOARGS, NULL},
    {"__exit__", FUNCTION(rlock_exit), METH_FASTCALL, NULL},
    {"_release_save", rlock_release_save, METH_NOARGS, NULL},
    {"_acquire_restore", rlock_acquire_restore, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject ReportingType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Reporting",
    .tp_doc = "What both kinds are made of.",
    .tp_basicsize = sizeof(Lock),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = lock_init,
    .tp_dealloc = lock_dealloc,
    .tp_members = lock_members,
};

static PyTypeObject LockType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Lock",
    .tp_doc = "Lock(inner, number, place=None): reports what happens to the lock inside.",
    .tp_basicsize = sizeof(Lock),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_methods = lock_methods,
    .tp_base = &ReportingType,
};

static PyTypeObject RLockType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.RLock",
    .tp_doc = "RLock(inner, number, place=None): reports what happens to the lock inside.",
    .tp_basicsize = sizeof(RLock),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_methods = rlock_methods,
    .tp_members = rlock_members,
    .tp_base = &ReportingType,
};

static PyObject *
begin_locks(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyTypeObject *lock, *rlock;
    if (!PyArg_ParseTuple(args, "O!O!", &PyType_Type, &lock, &PyType_Type, &rlock)
        || method_find(&of_lock.acquire, lock, "acquire") < 0
        || method_find(&of_lock.release, lock, "release") < 0
        || method_find(&locked, lock, "locked") < 0
        || method_find(&of_rlock.acquire, rlock, "acquire") < 0
        || method_find(&of_rlock.release, rlock, "release") < 0
        || method_find(&release_save, rlock, "_release_save") < 0
        || method_find(&acquire_restore, rlock, "_acquire_restore") < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"begin_locks", begin_locks, METH_VARARGS,
     "begin_locks(type of locks, type of RLocks): what is inside of those observed."},
    {NULL, NULL, 0, NULL},
};

int
locks_add(PyObject *module)
{
    nothing = PyTuple_New(0);
    no_wait = PyTuple_Pack(1, Py_False);
    if (nothing == NULL || no_wait == NULL || PyType_Ready(&ReportingType) < 0
        || PyModule_AddFunctions(module, functions) < 0) {
        return -1;
    }
    return PyModule_AddType(module, &LockType) < 0 ? -1 : PyModule_AddType(module, &RLockType);
}
