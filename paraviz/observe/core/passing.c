/* Passing: puts and gets of a `queue.Queue` in which what goes in first comes out first.
 *
 * It notifies one of its conditions, under its mutex, right after an item went in, and the other
 * right after one came out: the `notify` of those two reports. Gets are numbered by what is still
 * inside, so that it does not matter what the program takes out by itself. */
#include "here.h"
#include "plain.h"
#include "sites.h"

/* What both conditions of a queue share. */
typedef struct {
    PyObject_HEAD
    int64_t put; /* how many items were put */
    PyObject *items;
} Items;

/* What one of them reports by. */
typedef struct {
    PyObject_HEAD
    long long word;
    Items *items;
    PyObject *waiters, *lock;
} Passing;

static Method locked;
static PyObject *nothing, *attribute, *plain_notify;

static int
items_init(PyObject *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *items;
    if (!PyArg_ParseTuple(args, "O", &items)) {
        return -1;
    }
    Py_XSETREF(((Items *)self)->items, Py_NewRef(items));
    return 0;
}

static int
items_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((Items *)self)->items);
    return 0;
}

static int
items_clear(PyObject *self)
{
    Py_CLEAR(((Items *)self)->items);
    return 0;
}

static void
items_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    items_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyTypeObject ItemsType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Items",
    .tp_doc = "Items(inside): counts what was put into one queue.",
    .tp_basicsize = sizeof(Items),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = PyType_GenericNew,
    .tp_init = items_init,
    .tp_dealloc = items_dealloc,
    .tp_traverse = items_traverse,
    .tp_clear = items_clear,
};

static int
passing_init(PyObject *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    Passing *passing = (Passing *)self;
    PyObject *items, *waiters, *lock;
    if (!PyArg_ParseTuple(args, "LO!OO", &passing->word, &ItemsType, &items, &waiters, &lock)) {
        return -1;
    }
    Items *before = passing->items;
    passing->items = (Items *)Py_NewRef(items);
    Py_XDECREF(before);
    Py_XSETREF(passing->waiters, Py_NewRef(waiters));
    Py_XSETREF(passing->lock, Py_NewRef(lock));
    return 0;
}

static int
passing_traverse(PyObject *self, visitproc visit, void *arg)
{
    Passing *passing = (Passing *)self;
    Py_VISIT(passing->items);
    Py_VISIT(passing->waiters);
    Py_VISIT(passing->lock);
    return 0;
}

static int
passing_clear(PyObject *self)
{
    Passing *passing = (Passing *)self;
    Py_CLEAR(passing->items);
    Py_CLEAR(passing->waiters);
    Py_CLEAR(passing->lock);
    return 0;
}

static void
passing_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    passing_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyTypeObject PassingType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Passing",
    .tp_doc = "Passing(word, items, waiters, lock): what one condition of a queue reports by.",
    .tp_basicsize = sizeof(Passing),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = PyType_GenericNew,
    .tp_init = passing_init,
    .tp_dealloc = passing_dealloc,
    .tp_traverse = passing_traverse,
    .tp_clear = passing_clear,
};

/* Whether there is somebody to notify, or a complaint to make that the mutex is not held. */
static int
has_to_notify(Passing *passing)
{
    Py_ssize_t waiting = PyObject_Size(passing->waiters);
    if (waiting != 0 || !Py_IS_TYPE(passing->lock, locked.type)) {
        PyErr_Clear();
        return 1;
    }
    PyObject *held = method_call(&locked, passing->lock, nothing);
    int is_held = held == Py_True;
    Py_XDECREF(held);
    PyErr_Clear();
    return !is_held;
}

static PyObject *
passing_notify(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *found = PyObject_GetAttr(self, attribute);
    if (found == NULL) {
        return NULL;
    }
    if (!Py_IS_TYPE(found, &PassingType)) {
        Py_DECREF(found);
        PyErr_SetString(PyExc_AttributeError, "_passing");
        return NULL;
    }
    Passing *passing = (Passing *)found;
    Py_ssize_t inside = PyObject_Size(passing->items->items);
    if (inside < 0) {
        Py_DECREF(found);
        return NULL;
    }
    int64_t number = (passing->word & KIND_MASK) == PUT ? ++passing->items->put
                                                         : passing->items->put - inside;
    here_emit_value(passing->word | site_nearest(BY_CALL), number);
    int notifies = count > 0 || names != NULL || has_to_notify(passing);
    Py_DECREF(found);
    if (!notifies) {
        Py_RETURN_NONE;
    }
    PyObject *few[3];
    Py_ssize_t total = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    if (total > 2) {
        PyErr_SetString(PyExc_TypeError, "notify takes one argument");
        return NULL;
    }
    few[0] = self;
    for (Py_ssize_t i = 0; i < total; i++) {
        few[i + 1] = args[i];
    }
    return PyObject_Vectorcall(plain_notify, few, count + 1, names);
}

static PyMethodDef notify_method = {"notify", (PyCFunction)(void (*)(void))passing_notify,
                                    METH_FASTCALL | METH_KEYWORDS, NULL};

static PyObject *
watch_passing(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyTypeObject *observed, *lock;
    PyObject *notify;
    if (!PyArg_ParseTuple(args, "O!OO!", &PyType_Type, &observed, &notify, &PyType_Type, &lock)
        || method_find(&locked, lock, "locked") < 0) {
        return NULL;
    }
    Py_XSETREF(plain_notify, Py_NewRef(notify));
    PyObject *method = PyDescr_NewMethod(observed, &notify_method);
    if (method == NULL || PyObject_SetAttrString((PyObject *)observed, "notify", method) < 0) {
        Py_XDECREF(method);
        return NULL;
    }
    Py_DECREF(method);
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"watch_passing", watch_passing, METH_VARARGS,
     "watch_passing(class, notify, type of locks): give a class of conditions a `notify` that\n"
     "reports by the `_passing` of each, and then does as the plain one."},
    {NULL, NULL, 0, NULL},
};

int
passing_add(PyObject *module)
{
    nothing = PyTuple_New(0);
    attribute = PyUnicode_InternFromString("_passing");
    if (nothing == NULL || attribute == NULL || PyModule_AddFunctions(module, functions) < 0
        || PyType_Ready(&ItemsType) < 0 || PyModule_AddType(module, &ItemsType) < 0) {
        return -1;
    }
    return PyModule_AddType(module, &PassingType);
}
