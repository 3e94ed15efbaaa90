/* Connections: messages that go through a pipe between processes, one method for each way.
 *
 * They stand in a class of `multiprocessing` in place of the innermost methods, which they call.
 * What is told, and when, is said in probes/processes/connections.py. */
#include "here.h"
#include "plain.h"
#include "sites.h"

#include <poll.h>

static Method send, receive; /* the innermost methods, as they are without us */
static PyObject *watched;    /* the class whose they are */
static PyObject *mark, *tell, *unseen, *user, *describe, *nudge;
static long long at_once;

enum { ITSELF = -1 }; /* instead of a site: the standard library does it for itself */

/* An end of a connection, and who uses it. */
typedef struct {
    int64_t about; /* its number and the line, as a word has them */
    int descriptor;
} Use;

/* Whether it can be done without waiting. */
static int
is_ready(int descriptor, short what)
{
    struct pollfd asked = {.fd = descriptor, .events = what};
    return poll(&asked, 1, 0) != 0;
}

/* The line of who uses it; -1 with an error set, or for `ITSELF`. */
static int64_t
line_of_user(void)
{
    /* Here is `send` or what else the class has for the program; who called that is above. */
    int64_t line = site_programs(1);
    if (line != 0) {
        return line;
    }
    PyObject *above = PyLong_FromLong(1);
    PyObject *found = above == NULL ? NULL : PyObject_CallOneArg(user, above);
    Py_XDECREF(above);
    if (found == NULL) {
        return -1;
    }
    line = as_int64(found);
    Py_DECREF(found);
    return line;
}

/* 1: it is to be told; 0: not; -1: error. */
static int
find_use(PyObject *self, Use *use)
{
    PyObject *known = PyObject_GetAttr(self, mark);
    if (known == NULL || known == unseen) {
        Py_XDECREF(known);
        return known == NULL ? -1 : 0;
    }
    int64_t line = line_of_user();
    if (line == ITSELF) {
        Py_DECREF(known);
        return PyErr_Occurred() ? -1 : 0;
    }
    if (known == Py_None) {
        Py_SETREF(known, PyObject_CallOneArg(describe, self));
    }
    if (known == NULL) {
        return -1;
    }
    int64_t number = 0;
    if (!PyTuple_CheckExact(known) || PyTuple_GET_SIZE(known) != 4) {
        PyErr_SetString(PyExc_TypeError, "no mark of a connection");
    }
    else {
        number = as_int64(PyTuple_GET_ITEM(known, 0));
        use->descriptor = (int)PyLong_AsLong(PyTuple_GET_ITEM(known, 3));
    }
    Py_DECREF(known);
    use->about = number | line;
    return PyErr_Occurred() ? -1 : 1;
}

static PyObject *
send_bytes(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    Use use;
    int told = find_use(self, &use);
    if (told < 0) {
        return NULL;
    }
    Py_ssize_t size = told && count == 1 ? PyObject_Size(args[0]) : -1;
    if (size < 0) {
        PyErr_Clear();
        return method_call_slow(&send, self, args, count, names);
    }
    here_emit_value(SEND | use.about, size);
    if (size <= at_once && is_ready(use.descriptor, POLLOUT)) {
        return method_call_slow(&send, self, args, count, names);
    }
    here_emit(SEND_WAIT | use.about);
    PyObject *sent = method_call_slow(&send, self, args, count, names);
    here_emit((sent == NULL ? WAIT_ABANDONED : WAIT_END) | use.about);
    return sent;
}

/* The number of bytes of a message; it is a BytesIO at its end. */
static int64_t
size_of(PyObject *received)
{
    PyObject *size = PyObject_CallMethodNoArgs(received, tell);
    int64_t number = size == NULL ? -1 : as_int64(size);
    Py_XDECREF(size);
    return number;
}

static PyObject *
recv_bytes(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    Use use;
    int told = find_use(self, &use);
    if (told <= 0) {
        return told < 0 ? NULL : method_call_slow(&receive, self, args, count, names);
    }
    int waits = !is_ready(use.descriptor, POLLIN);
    PyObject *received = NULL;
    if (waits) {
        here_emit(RECEIVE_WAIT | use.about);
        received = PyObject_CallNoArgs(nudge);
    }
    if (!waits || received != NULL) {
        Py_XSETREF(received, method_call_slow(&receive, self, args, count, names));
    }
    if (received != NULL && received != Py_None) {
        int64_t at = now_ns(), size = size_of(received);
        if (size < 0) {
            Py_CLEAR(received);
        }
        here_emit_value_at(at, RECEIVE | use.about, size);
    }
    else if (waits) {
        here_emit(WAIT_ABANDONED | use.about);
    }
    return received;
}

static PyMethodDef send_definition = {
    "_send_bytes", (PyCFunction)(void (*)(void))send_bytes, METH_FASTCALL | METH_KEYWORDS,
    "_send_bytes($self, buf)\n--\n\n"};
static PyMethodDef receive_definition = {
    "_recv_bytes", (PyCFunction)(void (*)(void))recv_bytes, METH_FASTCALL | METH_KEYWORDS,
    "_recv_bytes($self, maxsize=None)\n--\n\n"};

static int
replace(Method *method, PyMethodDef *definition)
{
    PyTypeObject *type = (PyTypeObject *)watched;
    PyObject *replacement = PyDescr_NewMethod(type, definition);
    int done = -1;
    if (replacement != NULL && method_find(method, type, definition->ml_name) == 0) {
        done = PyObject_SetAttrString(watched, definition->ml_name, replacement);
    }
    Py_XDECREF(replacement);
    return done;
}

static PyObject *
watch_connections(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *kind, *new_mark, *new_unseen, *new_user, *new_describe, *new_nudge;
    long long limit;
    if (!PyArg_ParseTuple(args, "O!UOOOOL", &PyType_Type, &kind, &new_mark, &new_unseen, &new_user,
                          &new_describe, &new_nudge, &limit)) {
        return NULL;
    }
    if (watched != NULL && watched != kind) {
        Py_RETURN_FALSE;
    }
    Py_XSETREF(mark, Py_NewRef(new_mark));
    Py_XSETREF(unseen, Py_NewRef(new_unseen));
    Py_XSETREF(user, Py_NewRef(new_user));
    Py_XSETREF(describe, Py_NewRef(new_describe));
    Py_XSETREF(nudge, Py_NewRef(new_nudge));
    at_once = limit;
    if (watched == NULL) {
        watched = Py_NewRef(kind);
        if (replace(&send, &send_definition) < 0 || replace(&receive, &receive_definition) < 0) {
            return NULL;
        }
    }
    Py_RETURN_TRUE;
}

static PyMethodDef functions[] = {
    {"watch_connections", watch_connections, METH_VARARGS,
     "watch_connections(class, mark, unseen, user, describe, nudge, at once): replace the methods\n"
     "of this class that send and receive; False where those of another class are."},
    {NULL, NULL, 0, NULL},
};

int
connections_add(PyObject *module)
{
    tell = PyUnicode_InternFromString("tell");
    if (tell == NULL) {
        return -1;
    }
    return PyModule_AddFunctions(module, functions);
}
