/* Shared values: reads and writes of a Value, and of an Array's elements, under their lock.
 *
 * In front of a Python function that does the same (probes/memory/values.py): the usual case is one
 * C call, and all else that function does. The stamp is taken while the lock is held, in which
 * nothing can interrupt. Should taking it or the access fail, the original is called to fail in its
 * own words. */
#include "here.h"
#include "marks.h"
#include "process_locks.h"
#include "sites.h"
#include "structmember.h"

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *unusual; /* the function that does the same */
    PyObject *original;
} Quick;

/* What an access is about. */
typedef struct {
    PyObject *inner, *acquire, *release;
    Mark *mark;
    int64_t line;
} Access;

static PyObject *name_inner, *name_acquire, *name_release;

/* ---- An access. ---- */

static void
access_end(Access *access)
{
    Py_CLEAR(access->inner);
    Py_CLEAR(access->acquire);
    Py_CLEAR(access->release);
    Py_CLEAR(access->mark);
}

/* Whether it is one that is done here. Raises nothing, and where it is none holds nothing. */
static int
access_begin(Access *access, PyObject *self)
{
    access->inner = PyObject_GetAttr(self, name_inner);
    access->mark = access->inner == NULL ? NULL : mark_of(access->inner);
    if (access->mark != NULL && access->mark->code != 0) {
        access->acquire = PyObject_GetAttr(self, name_acquire);
        access->release = access->acquire == NULL ? NULL : PyObject_GetAttr(self, name_release);
        /* What is no method of C may look at who calls it. */
        if (access->release != NULL && PyCFunction_CheckExact(access->acquire)
            && PyCFunction_CheckExact(access->release)) {
            return 1;
        }
    }
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_Clear(); /* The function says it again. */
    }
    else if (PyErr_Occurred()) {
        here_put_off_error();
    }
    access_end(access);
    return 0;
}

/* -1 with an error set. */
static int
access_take(const Access *access)
{
    PyObject *lock = PyCFunction_GET_SELF(access->acquire);
    PyObject *got = lock != NULL && is_lock_of_value(lock)
                        ? process_lock_acquire_unasked(lock)
                        : PyObject_CallNoArgs(access->acquire);
    Py_XDECREF(got);
    return got == NULL ? -1 : 0;
}

static int
access_give_back(const Access *access)
{
    PyObject *done = PyObject_CallNoArgs(access->release);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* The same with an error set, which stays. */
static void
access_give_up(const Access *access)
{
    PyObject *kind, *value, *trace;
    PyErr_Fetch(&kind, &value, &trace);
    if (access_give_back(access) < 0) {
        PyErr_Clear();
    }
    PyErr_Restore(kind, value, trace);
}

/* ---- Reads and writes. ---- */

/* What is not done here: by whom the program would call, or by whoever reports it. */
static PyObject *
pass_on(PyObject *to, PyObject *const *args, size_t count, PyObject *names)
{
    return PyObject_Vectorcall(to, args, count, names);
}

/* After an error: an interrupt is the program's, and all else the original says itself. */
static PyObject *
fail(const Quick *quick, PyObject *const *args, size_t count)
{
    if (!PyErr_ExceptionMatches(PyExc_Exception)) {
        return NULL;
    }
    PyErr_Clear();
    return pass_on(quick->original, args, count, NULL);
}

/* Read the value, or with a key an element. */
static PyObject *
read_locked(const Quick *quick, Access *access, PyObject *const *args, size_t count,
            Py_ssize_t index)
{
    Mark *mark = access->mark;
    int64_t number = index < 0 ? mark_whole(mark) : mark_element(mark, index);
    if (access_take(access) < 0) {
        return fail(quick, args, count);
    }
    PyObject *value = index < 0 ? simple_get(access->inner) : array_get(access->inner, args[1]);
    int64_t at = now_ns();
    if (value == NULL) {
        access_give_up(access);
        return fail(quick, args, count);
    }
    if (access_give_back(access) < 0) {
        Py_DECREF(value);
        return NULL; /* It may still be held: not once more. */
    }
    if (number) {
        tell_read(number | access->line, value_shown(value), at);
    }
    return value;
}

static PyObject *
write_locked(const Quick *quick, Access *access, PyObject *const *args, size_t count,
             Py_ssize_t index)
{
    Mark *mark = access->mark;
    int64_t number = index < 0 ? mark_whole(mark) : mark_element(mark, index);
    char stored[LARGEST_VALUE];
    if (mark_converted(mark, args[count - 1], stored) < 0 || access_take(access) < 0) {
        return fail(quick, args, count);
    }
    char *memory = mark_memory(access->inner) + (index < 0 ? 0 : index * mark->size);
    int64_t before = mark_load(mark, memory), at = now_ns();
    mark_store(mark, memory, stored);
    if (access_give_back(access) < 0) {
        return NULL;
    }
    if (number) {
        tell_write(number | access->line, before, mark_load(mark, stored), at);
    }
    Py_RETURN_NONE;
}

/* One of the four: `count` arguments, of which the second is the key where there is one, and the
 * last what is written. */
static inline PyObject *
do_quickly(PyObject *self, PyObject *const *args, size_t flags, PyObject *names, Py_ssize_t count,
           int has_key, int writes)
{
    Quick *quick = (Quick *)self;
    if (names != NULL || PyVectorcall_NARGS(flags) != count) {
        return pass_on(quick->unusual, args, flags, names);
    }
    Access access = {.line = site_programs(0)};
    if (access.line == 0) {
        return pass_on(quick->original, args, (size_t)count, NULL);
    }
    if (!access_begin(&access, args[0])) {
        return pass_on(quick->unusual, args, (size_t)count, NULL);
    }
    PyObject *done;
    Py_ssize_t index = has_key ? mark_index(access.mark, args[1]) : -1;
    if ((has_key ? index < 0 : access.mark->length >= 0)
        || (writes && !mark_can_store(access.mark, args[count - 1]))) {
        done = pass_on(quick->unusual, args, (size_t)count, NULL);
    }
    else {
        done = writes ? write_locked(quick, &access, args, (size_t)count, index)
                      : read_locked(quick, &access, args, (size_t)count, index);
    }
    access_end(&access);
    return done;
}

static PyObject *
get_value(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
    return do_quickly(self, args, flags, names, 1, 0, 0);
}

static PyObject *
set_value(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
    return do_quickly(self, args, flags, names, 2, 0, 1);
}

static PyObject *
get_item(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
    return do_quickly(self, args, flags, names, 2, 1, 0);
}

static PyObject *
set_item(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
    return do_quickly(self, args, flags, names, 3, 1, 1);
}

/* ---- The type: to whoever asks, it is the function that it stands in front of. ---- */

static PyObject *
quick_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    static const struct {
        const char *name;
        vectorcallfunc call;
    } calls[] = {
        {"get_value", get_value},
        {"set_value", set_value},
        {"get_item", get_item},
        {"set_item", set_item},
    };
    const char *name;
    PyObject *unusual, *original;
    if (!PyArg_ParseTuple(args, "sOO", &name, &unusual, &original)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
        if (strcmp(calls[i].name, name) == 0) {
            Quick *quick = (Quick *)type->tp_alloc(type, 0);
            if (quick != NULL) {
                quick->call = calls[i].call;
                quick->unusual = Py_NewRef(unusual);
                quick->original = Py_NewRef(original);
            }
            return (PyObject *)quick;
        }
    }
    return PyErr_Format(PyExc_ValueError, "nothing is called %s", name);
}

static void
quick_dealloc(PyObject *self)
{
    Py_XDECREF(((Quick *)self)->unusual);
    Py_XDECREF(((Quick *)self)->original);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
quick_bound(PyObject *self, PyObject *instance, PyObject *Py_UNUSED(owner))
{
    return instance == NULL || instance == Py_None ? Py_NewRef(self) : PyMethod_New(self, instance);
}

static PyObject *
quick_attribute(PyObject *self, PyObject *name)
{
    return PyObject_GetAttr(((Quick *)self)->unusual, name);
}

static PyObject *
quick_repr(PyObject *self)
{
    return PyObject_Repr(((Quick *)self)->unusual);
}

static PyTypeObject QuickType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Quick",
    .tp_doc = "Quick(what, function, original): does the usual of what that function does.",
    .tp_basicsize = sizeof(Quick),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_new = quick_new,
    .tp_dealloc = quick_dealloc,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Quick, call),
    .tp_descr_get = quick_bound,
    .tp_getattro = quick_attribute,
    .tp_repr = quick_repr,
};

int
shared_values_add(PyObject *module)
{
    name_inner = PyUnicode_InternFromString("_obj");
    name_acquire = PyUnicode_InternFromString("acquire");
    name_release = PyUnicode_InternFromString("release");
    if (name_inner == NULL || name_acquire == NULL || name_release == NULL) {
        return -1;
    }
    return PyModule_AddType(module, &QuickType);
}
