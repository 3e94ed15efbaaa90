/* Memory: reads and writes of values and arrays of ctypes that have no lock of their own.
 *
 * In place of the descriptor of a simple value, and of the slots of an array, each of them one C
 * call as the plain one is; for those that are not marked, and for whoever is not the program, it is
 * the plain one. What is not usual Python code does, in probes/memory/raw_values.py; where there is
 * no compiled core, all of it. */
#include "marks.h"
#include "sites.h"

static PyObject *unusual_get, *unusual_set; /* of elements */

/* ---- A value: the closure is what does the unusual, a descriptor. ---- */

static PyObject *
value_get(PyObject *self, void *Py_UNUSED(closure))
{
    Mark *mark = mark_of(self);
    if (mark == NULL) {
        return simple_get(self);
    }
    int64_t line = site_programs(0);
    int64_t number = line ? mark_whole(mark) : 0;
    Py_DECREF(mark);
    PyObject *value = simple_get(self);
    int64_t at = now_ns();
    if (value != NULL && number) {
        tell_read(number | line, value_shown(value), at);
    }
    return value;
}

static int
marked_set(Mark *mark, PyObject *self, PyObject *value, PyObject *unusual)
{
    int64_t line = site_programs(0);
    if (line == 0) {
        return simple_set(self, value);
    }
    if (!mark_can_store(mark, value)) {
        return Py_TYPE(unusual)->tp_descr_set(unusual, self, value);
    }
    int64_t number = mark_whole(mark);
    char stored[LARGEST_VALUE], *memory = mark_memory(self);
    if (mark_converted(mark, value, stored) < 0) {
        return -1;
    }
    int64_t before = mark_load(mark, memory), at = now_ns();
    mark_store(mark, memory, stored);
    if (number) {
        tell_write(number | line, before, mark_load(mark, stored), at);
    }
    return 0;
}

static int
value_set(PyObject *self, PyObject *value, void *closure)
{
    Mark *mark = value == NULL ? NULL : mark_of(self);
    if (mark == NULL) {
        return simple_set(self, value);
    }
    int done = marked_set(mark, self, value, closure);
    Py_DECREF(mark);
    return done;
}

static PyObject *
watch_value(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyTypeObject *kind;
    PyObject *unusual;
    if (!PyArg_ParseTuple(args, "O!O", &PyType_Type, &kind, &unusual)
        || marks_begun() < 0) {
        return NULL;
    }
    if (Py_TYPE(unusual)->tp_descr_set == NULL) {
        PyErr_SetString(PyExc_TypeError, "no descriptor that sets");
        return NULL;
    }
    /* As the plain one says of itself: since 3.14 nothing. */
    PyObject *text = PyObject_GetAttrString(unusual, "__doc__");
    const char *said = NULL;
    if (text == NULL || (text != Py_None && (said = PyUnicode_AsUTF8(text)) == NULL)) {
        Py_XDECREF(text);
        return NULL;
    }
    /* There are a dozen such types, and what they get is theirs for ever. */
    PyGetSetDef *made = PyMem_RawCalloc(1, sizeof(*made));
    if (made == NULL) {
        Py_DECREF(text);
        return PyErr_NoMemory();
    }
    /* So is the text, of which there stays a reference. */
    *made = (PyGetSetDef){"value", value_get, value_set, said, unusual};
    PyObject *descriptor = PyDescr_NewGetSet(kind, made);
    if (descriptor == NULL) {
        PyMem_RawFree(made);
        return NULL;
    }
    Py_INCREF(unusual);
    int done = PyObject_SetAttrString((PyObject *)kind, "value", descriptor);
    Py_DECREF(descriptor);
    if (done < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* ---- Elements of an array. ---- */

static PyObject *
marked_get(Mark *mark, PyObject *self, PyObject *key)
{
    int64_t line = site_programs(0);
    if (line == 0) {
        return array_get(self, key);
    }
    Py_ssize_t index = mark_index(mark, key);
    if (index < 0) {
        PyObject *args[] = {self, key};
        return PyObject_Vectorcall(unusual_get, args, 2, NULL);
    }
    int64_t number = mark_element(mark, index);
    PyObject *value = array_get(self, key);
    int64_t at = now_ns();
    if (value != NULL && number) {
        tell_read(number | line, value_shown(value), at);
    }
    return value;
}

static PyObject *
element_get(PyObject *self, PyObject *key)
{
    Mark *mark = mark_of(self);
    if (mark == NULL) {
        return array_get(self, key);
    }
    PyObject *value = marked_get(mark, self, key);
    Py_DECREF(mark);
    return value;
}

static int
marked_set_element(Mark *mark, PyObject *self, PyObject *key, PyObject *value)
{
    int64_t line = site_programs(0);
    if (line == 0) {
        return array_set(self, key, value);
    }
    Py_ssize_t index = mark_can_store(mark, value) ? mark_index(mark, key) : -1;
    if (index < 0) {
        PyObject *args[] = {self, key, value};
        PyObject *done = PyObject_Vectorcall(unusual_set, args, 3, NULL);
        Py_XDECREF(done);
        return done == NULL ? -1 : 0;
    }
    int64_t number = mark_element(mark, index);
    char stored[LARGEST_VALUE], *memory = mark_memory(self) + index * mark->size;
    if (mark_converted(mark, value, stored) < 0) {
        return -1;
    }
    int64_t before = mark_load(mark, memory), at = now_ns();
    mark_store(mark, memory, stored);
    if (number) {
        tell_write(number | line, before, mark_load(mark, stored), at);
    }
    return 0;
}

static int
element_set(PyObject *self, PyObject *key, PyObject *value)
{
    Mark *mark = value == NULL ? NULL : mark_of(self);
    if (mark == NULL) {
        return array_set(self, key, value);
    }
    int done = marked_set_element(mark, self, key, value);
    Py_DECREF(mark);
    return done;
}

/* In place of a wrapper around a slot one of the same name around a function of ours: then the
 * interpreter makes that the slot of the type. */
static int
replace_slot(PyTypeObject *kind, const char *name, void *function)
{
    PyObject *found = PyObject_GetAttrString((PyObject *)kind, name);
    if (found == NULL) {
        return -1;
    }
    PyObject *made = NULL;
    if (Py_IS_TYPE(found, &PyWrapperDescr_Type)) {
        made = PyDescr_NewWrapper(kind, ((PyWrapperDescrObject *)found)->d_base, function);
    }
    else {
        PyErr_Format(PyExc_TypeError, "%s is no slot", name);
    }
    int done = made == NULL ? -1 : PyObject_SetAttrString((PyObject *)kind, name, made);
    Py_XDECREF(made);
    Py_DECREF(found);
    return done;
}

static PyObject *
watch_elements(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyTypeObject *kind;
    PyObject *get, *set;
    if (!PyArg_ParseTuple(args, "O!OO", &PyType_Type, &kind, &get, &set)
        || marks_begun() < 0) {
        return NULL;
    }
    Py_XSETREF(unusual_get, Py_NewRef(get));
    Py_XSETREF(unusual_set, Py_NewRef(set));
    if (replace_slot(kind, "__getitem__", (void *)(uintptr_t)element_get) < 0
        || replace_slot(kind, "__setitem__", (void *)(uintptr_t)element_set) < 0
        || replace_slot(kind, "__delitem__", (void *)(uintptr_t)element_set) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"watch_value", watch_value, METH_VARARGS,
     "watch_value(simple type, descriptor): report accesses; the descriptor does the unusual."},
    {"watch_elements", watch_elements, METH_VARARGS,
     "watch_elements(type of arrays, get, set): report accesses; those two do the unusual."},
    {NULL, NULL, 0, NULL},
};

int
memory_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
