/* `queue.SimpleQueue`, a C type: of those the program makes, put, get and waiting.
 *
 * The methods are set on a class that probes/threads/simple_queues.py makes from the plain one. */
#include "here.h"
#include "limits.h"
#include "plain.h"
#include "sites.h"
#include "structmember.h"

/* ---- The numbers of the items inside, by the item's identity. Since 3.13 a put hands its item over
 * to a thread that waits, so that counting the gets would not tell which item it was. ---- */

typedef struct Item {
    struct Item *next;
    void *identity;
    int64_t number;
} Item;

typedef struct {
    Item *first, *last;
} Row;

typedef struct {
    PyObject_HEAD
    int64_t about; /* the queue, where a word has it */
    int64_t put;   /* how many were put */
    Row *rows;
    size_t width, inside;
    Item *spare;
} Numbers;

static Row *
row_of(Row *rows, size_t width, void *identity)
{
    return rows + (((uintptr_t)identity >> 4) * 0x9E3779B97F4A7C15u >> 24 & (width - 1));
}

static void
row_append(Row *row, Item *item)
{
    item->next = NULL;
    if (row->last == NULL) {
        row->first = item;
    }
    else {
        row->last->next = item;
    }
    row->last = item;
}

static int
numbers_widen(Numbers *self)
{
    size_t width = self->width ? self->width * 2 : 16;
    Row *rows = calloc(width, sizeof(Row));
    if (rows == NULL) {
        return -1;
    }
    for (size_t i = 0; i < self->width; i++) {
        for (Item *item = self->rows[i].first, *next; item != NULL; item = next) {
            next = item->next;
            row_append(row_of(rows, width, item->identity), item);
        }
    }
    free(self->rows);
    self->rows = rows;
    self->width = width;
    return 0;
}

/* The number of an item that is about to be put. */
static int64_t
numbers_put(Numbers *self, void *identity)
{
    int64_t number = ++self->put;
    if (self->inside >= self->width && numbers_widen(self) < 0 && self->width == 0) {
        return number;
    }
    Item *item = self->spare;
    if (item != NULL) {
        self->spare = item->next;
    }
    else if ((item = malloc(sizeof(Item))) == NULL) {
        return number;
    }
    item->identity = identity;
    item->number = number;
    row_append(row_of(self->rows, self->width, identity), item);
    self->inside++;
    return number;
}

/* The number of an item that has been got, or 0 where threads that put one and the same object were
 * in each other's way. */
static int64_t
numbers_got(Numbers *self, void *identity)
{
    if (self->width == 0) {
        return 0;
    }
    Row *row = row_of(self->rows, self->width, identity);
    Item *before = NULL;
    for (Item *item = row->first; item != NULL; before = item, item = item->next) {
        if (item->identity == identity) {
            *(before == NULL ? &row->first : &before->next) = item->next;
            if (row->last == item) {
                row->last = before;
            }
            int64_t number = item->number;
            item->next = self->spare;
            self->spare = item;
            self->inside--;
            return number;
        }
    }
    return 0;
}

static void
items_free(Item *item)
{
    while (item != NULL) {
        Item *next = item->next;
        free(item);
        item = next;
    }
}

static void
numbers_dealloc(PyObject *object)
{
    Numbers *self = (Numbers *)object;
    for (size_t i = 0; i < self->width; i++) {
        items_free(self->rows[i].first);
    }
    items_free(self->spare);
    free(self->rows);
    Py_TYPE(object)->tp_free(object);
}

static int
numbers_init(PyObject *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    long long about;
    if (!PyArg_ParseTuple(args, "L", &about)) {
        return -1;
    }
    ((Numbers *)self)->about = about;
    return 0;
}

static PyTypeObject NumbersType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.ItemNumbers",
    .tp_doc = "ItemNumbers(about): the numbers of what is in one queue.",
    .tp_basicsize = sizeof(Numbers),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = numbers_init,
    .tp_dealloc = numbers_dealloc,
};

/* ---- Its methods. ---- */

static Method plain_put, plain_put_nowait, plain_get, plain_get_nowait, plain_empty;
static Py_ssize_t numbers_at; /* where an instance has its numbers */
static PyObject *nothing;

static Numbers *
numbers_of(PyObject *self)
{
    PyObject *numbers = *(PyObject **)((char *)self + numbers_at);
    if (numbers == NULL || !Py_IS_TYPE(numbers, &NumbersType)) {
        PyErr_SetString(PyExc_AttributeError, "_numbers");
        return NULL;
    }
    return (Numbers *)numbers;
}

/* An argument by its place or its name; NULL: not given. */
static PyObject *
argument(PyObject *const *args, Py_ssize_t count, PyObject *names, Py_ssize_t place, const char *name)
{
    if (place < count) {
        return args[place];
    }
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), name) == 0) {
            return args[count + i];
        }
    }
    return NULL;
}

/* Its event is before the put, as the get's is after the get. */
static PyObject *
put_by(Method *put, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *item = argument(args, count, names, 0, "item");
    Numbers *numbers = numbers_of(self);
    if (numbers == NULL) {
        return NULL;
    }
    if (item != NULL) {
        int64_t number = numbers_put(numbers, item);
        here_emit_value(PUT | numbers->about | site_nearest(BY_CALL), number);
    }
    return method_vectorcall(put, self, args, count, names);
}

static PyObject *
queue_put(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return put_by(&plain_put, self, args, count, names);
}

static PyObject *
queue_put_nowait(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return put_by(&plain_put_nowait, self, args, count, names);
}

static PyObject *
queue_get(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    Numbers *numbers = numbers_of(self);
    PyObject *empty = numbers == NULL ? NULL : method_call(&plain_empty, self, nothing);
    if (empty == NULL) {
        return NULL;
    }
    int waits = empty == Py_True;
    Py_DECREF(empty);
    if (waits) {
        PyObject *block = argument(args, count, names, 0, "block");
        waits = block == NULL ? 1 : PyObject_IsTrue(block);
        if (waits < 0) {
            return NULL;
        }
    }
    int64_t about = numbers->about | site_nearest(BY_CALL);
    if (waits) {
        tell_limit(argument(args, count, names, 1, "timeout"));
        here_emit(GET_WAIT | about);
    }
    PyObject *item = method_vectorcall(&plain_get, self, args, count, names);
    if (waits) {
        here_emit((item == NULL ? WAIT_ABANDONED : WAIT_END) | about);
    }
    if (item != NULL) {
        here_emit_value(GET | about, numbers_got(numbers, item));
    }
    return item;
}

static PyObject *
queue_get_nowait(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Numbers *numbers = numbers_of(self);
    PyObject *item = numbers == NULL ? NULL : method_call(&plain_get_nowait, self, nothing);
    if (item != NULL) {
        int64_t about = numbers->about | site_nearest(BY_CALL);
        here_emit_value(GET | about, numbers_got(numbers, item));
    }
    return item;
}

#define FUNCTION(function) (PyCFunction)(void (*)(void))function

/* Their texts are those of the plain ones. */
static PyMethodDef queue_methods[] = {
    {"put", FUNCTION(queue_put), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"put_nowait", FUNCTION(queue_put_nowait), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"get", FUNCTION(queue_get), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"get_nowait", queue_get_nowait, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyObject *
watch_simple_queue(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyTypeObject *observed, *plain;
    if (!PyArg_ParseTuple(args, "O!O!", &PyType_Type, &observed, &PyType_Type, &plain)
        || method_find(&plain_put, plain, "put") < 0
        || method_find(&plain_put_nowait, plain, "put_nowait") < 0
        || method_find(&plain_get, plain, "get") < 0
        || method_find(&plain_get_nowait, plain, "get_nowait") < 0
        || method_find(&plain_empty, plain, "empty") < 0) {
        return NULL;
    }
    PyObject *slot = PyObject_GetAttrString((PyObject *)observed, "_numbers");
    if (slot == NULL || !Py_IS_TYPE(slot, &PyMemberDescr_Type)) {
        Py_XDECREF(slot);
        PyErr_SetString(PyExc_TypeError, "a class with a slot for its numbers");
        return NULL;
    }
    numbers_at = ((PyMemberDescrObject *)slot)->d_member->offset;
    Py_DECREF(slot);
    for (PyMethodDef *each = queue_methods; each->ml_name != NULL; each++) {
        PyObject *before = PyObject_GetAttrString((PyObject *)plain, each->ml_name);
        if (before != NULL && Py_IS_TYPE(before, &PyMethodDescr_Type)) {
            each->ml_doc = ((PyMethodDescrObject *)before)->d_method->ml_doc;
        }
        PyObject *method = before == NULL ? NULL : PyDescr_NewMethod(observed, each);
        int done = method == NULL
                       ? -1
                       : PyObject_SetAttrString((PyObject *)observed, each->ml_name, method);
        Py_XDECREF(before);
        Py_XDECREF(method);
        if (done < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"watch_simple_queue", watch_simple_queue, METH_VARARGS,
     "watch_simple_queue(class, plain): give a class made from the plain one methods that report."},
    {NULL, NULL, 0, NULL},
};

int
simple_queues_add(PyObject *module)
{
    nothing = PyTuple_New(0);
    if (nothing == NULL || PyModule_AddFunctions(module, functions) < 0) {
        return -1;
    }
    return PyModule_AddType(module, &NumbersType);
}
