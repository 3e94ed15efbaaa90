/* Marks: what is known of a value or an array of ctypes that lies in shared memory, and how its
 * values lie there.
 *
 * probes/memory/sharing.py has the rest of it: what describes it, and numbers its elements. */
#include "marks.h"
#include "here.h"
#include "structmember.h"

#include <wchar.h>

/* How every object of ctypes begins, since Python 2.5. It is asked of each that is marked. */
typedef struct {
    PyObject_HEAD
    char *memory;
} Data;

static PyObject *attribute; /* the name of the mark on what carries it */
static PyTypeObject *simple_type, *array_type;
static PyGetSetDef *of_simple;
static binaryfunc of_subscript;
static objobjargproc of_ass_subscript;

/* ---- ctypes as it is. ---- */

int
marks_begun(void)
{
    if (of_simple == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "begin_marks comes first");
        return -1;
    }
    return 0;
}

PyObject *
simple_get(PyObject *self)
{
    return of_simple->get(self, of_simple->closure);
}

int
simple_set(PyObject *self, PyObject *value)
{
    return of_simple->set(self, value, of_simple->closure);
}

PyObject *
array_get(PyObject *self, PyObject *key)
{
    return of_subscript(self, key);
}

int
array_set(PyObject *self, PyObject *key, PyObject *value)
{
    return of_ass_subscript(self, key, value);
}

char *
mark_memory(PyObject *owner)
{
    return ((Data *)owner)->memory;
}

/* ---- Values in memory. ---- */

static unsigned char
size_of(char code)
{
    switch (code) {
    case 'b': case 'B': case 'c': case '?': return 1;
    case 'h': case 'H': return sizeof(short);
    case 'i': case 'I': return sizeof(int);
    case 'l': case 'L': return sizeof(long);
    case 'q': case 'Q': return sizeof(long long);
    case 'f': return sizeof(float);
    case 'd': return sizeof(double);
    case 'u': return sizeof(wchar_t);
    default: return 0;
    }
}

static inline int64_t
bits_of(double number)
{
    int64_t bits;
    memcpy(&bits, &number, sizeof(bits));
    return bits;
}

#define LOADED(type) { type loaded; memcpy(&loaded, at, sizeof(type)); return (int64_t)loaded; }

int64_t
mark_load(const Mark *mark, const char *at)
{
    switch (mark->code) {
    case 'b': LOADED(signed char)
    case 'B': case 'c': LOADED(unsigned char)
    case '?': return *at != 0;
    case 'h': LOADED(short)
    case 'H': LOADED(unsigned short)
    case 'i': LOADED(int)
    case 'I': LOADED(unsigned int)
    case 'l': LOADED(long)
    case 'L': LOADED(unsigned long)
    case 'q': LOADED(long long)
    case 'Q': LOADED(unsigned long long)
    case 'u': LOADED(wchar_t)
    case 'd': {
        double number;
        memcpy(&number, at, sizeof(number));
        return bits_of(number);
    }
    case 'f': {
        float number;
        memcpy(&number, at, sizeof(number));
        return bits_of((double)number);
    }
    default: return 0;
    }
}

/* By one access each, as ctypes does. */
void
mark_store(const Mark *mark, char *into, const char *from)
{
    switch (mark->size) {
    case 1: memcpy(into, from, 1); break;
    case 2: memcpy(into, from, 2); break;
    case 4: memcpy(into, from, 4); break;
    case 8: memcpy(into, from, 8); break;
    default: break;
    }
}

int64_t
value_shown(PyObject *value)
{
    if (PyFloat_Check(value)) {
        return bits_of(PyFloat_AS_DOUBLE(value));
    }
    if (PyBytes_Check(value)) {
        return PyBytes_GET_SIZE(value) == 1 ? (unsigned char)PyBytes_AS_STRING(value)[0] : 0;
    }
    if (PyUnicode_Check(value)) {
        return PyUnicode_GET_LENGTH(value) == 1 ? (int64_t)PyUnicode_READ_CHAR(value, 0) : 0;
    }
    return PyLong_Check(value) ? as_int64(value) : 0;
}

/* Of these types no code of somebody's runs, and an array takes for them what a value does. */
int
mark_can_store(const Mark *mark, PyObject *value)
{
    return mark->code
           && (PyLong_CheckExact(value) || PyFloat_CheckExact(value) || PyBool_Check(value)
               || PyBytes_CheckExact(value) || PyUnicode_CheckExact(value));
}

int
mark_converted(const Mark *mark, PyObject *value, char *into)
{
#ifdef Py_GIL_DISABLED
    PyObject *scratch = PyObject_CallNoArgs((PyObject *)Py_TYPE(mark->scratch));
    if (scratch == NULL) {
        return -1;
    }
#else
    PyObject *scratch = Py_NewRef(mark->scratch);
#endif
    int done = simple_set(scratch, value);
    if (done == 0) {
        mark_store(mark, into, mark_memory(scratch));
    }
    Py_DECREF(scratch);
    return done;
}

/* ---- Numbers. ---- */

static int64_t
number_from(PyObject *number)
{
    int64_t found = number == NULL ? -1 : as_int64(number);
    Py_XDECREF(number);
    if (found == -1) {
        here_put_off_error();
        return 0;
    }
    return found;
}

int64_t
mark_whole(Mark *mark)
{
    if (mark->whole == 0) {
        mark->whole = number_from(PyObject_CallMethod((PyObject *)mark, "whole", NULL));
    }
    return mark->whole;
}

int64_t
mark_element(Mark *mark, Py_ssize_t index)
{
    if (mark->numbers == NULL) {
        mark->numbers = PyMem_RawCalloc(mark->length, sizeof(*mark->numbers));
        if (mark->numbers == NULL) {
            return 0;
        }
    }
    if (mark->numbers[index] == 0) {
        PyObject *number = PyObject_CallMethod((PyObject *)mark, "part", "nO", index, mark->typecode);
        mark->numbers[index] = number_from(number);
    }
    return mark->numbers[index];
}

Py_ssize_t
mark_index(const Mark *mark, PyObject *key)
{
    if (mark->code == 0 || mark->length < 0 || mark->length > ELEMENTS || !PyLong_CheckExact(key)) {
        return -1;
    }
    int overflow;
    long index = PyLong_AsLongAndOverflow(key, &overflow);
    if (index < 0) {
        index += mark->length;
    }
    return overflow || index < 0 || index >= mark->length ? -1 : index;
}

/* ---- Reports. ---- */

void
tell_read(int64_t word, int64_t value, int64_t at)
{
    int64_t read[] = {at, MEMORY_READ | word, value, EXTRA};
    here_append(read, 4);
}

void
tell_write(int64_t word, int64_t before, int64_t after, int64_t at)
{
    int64_t both[] = {
        at, MEMORY_BEFORE | word, before, EXTRA, at, MEMORY_WRITE | word, after, EXTRA,
    };
    here_append(both, 8);
}

/* ---- The type. ---- */

static PyTypeObject MarkType;

Mark *
mark_of(PyObject *made)
{
    PyObject *found;
#if PY_VERSION_HEX >= 0x030d0000
    int is = PyObject_GetOptionalAttr(made, attribute, &found);
#else
    int is = _PyObject_LookupAttr(made, attribute, &found);
#endif
    if (is <= 0) {
        if (is < 0) {
            here_put_off_error();
        }
        return NULL;
    }
    Mark *mark = (Mark *)found;
    if (PyObject_TypeCheck(found, &MarkType) && mark->owner == (uintptr_t)made
        && mark->kind == Py_TYPE(made)) {
        return mark;
    }
    Py_DECREF(found);
    return NULL;
}

/* 1 if memory of so many bytes is where it is thought to be, 0 if not, -1 with an error set. */
static int
lies_as_thought(PyObject *data, Py_ssize_t bytes)
{
    Py_buffer view;
    if (PyObject_GetBuffer(data, &view, PyBUF_WRITABLE) < 0) {
        return -1;
    }
    int is = Py_TYPE(data)->tp_basicsize >= (Py_ssize_t)sizeof(Data) && view.len == bytes
             && view.buf == mark_memory(data);
    PyBuffer_Release(&view);
    return is;
}

/* How its values lie in memory, if that is known here. */
static int
learn_layout(Mark *mark, PyObject *owner)
{
    Py_ssize_t length;
    const char *code = PyUnicode_AsUTF8AndSize(mark->typecode, &length);
    if (code == NULL) {
        return -1;
    }
    unsigned char size = length == 1 && of_simple != NULL ? size_of(*code) : 0;
    if (size == 0 || size > LARGEST_VALUE) {
        return 0;
    }
    PyObject *type = mark->length < 0 ? Py_NewRef((PyObject *)Py_TYPE(owner))
                                      : PyObject_GetAttrString(owner, "_type_");
    PyObject *scratch = type == NULL ? NULL : PyObject_CallNoArgs(type);
    Py_XDECREF(type);
    if (scratch == NULL) {
        return -1;
    }
    int is = PyObject_TypeCheck(scratch, simple_type)
             && PyObject_TypeCheck(owner, mark->length < 0 ? simple_type : array_type);
    if (is) {
        is = lies_as_thought(scratch, size);
    }
    if (is > 0) {
        is = lies_as_thought(owner, mark->length < 0 ? size : size * mark->length);
    }
    if (is <= 0) {
        Py_DECREF(scratch);
        return is;
    }
    Py_XSETREF(mark->scratch, scratch);
    mark->code = *code;
    mark->size = size;
    return 0;
}

static int
mark_init(PyObject *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *owner, *typecode;
    Py_ssize_t length;
    if (!PyArg_ParseTuple(args, "OUn", &owner, &typecode, &length)) {
        return -1;
    }
    Mark *mark = (Mark *)self;
    if (mark->kind != NULL) {
        PyErr_SetString(PyExc_TypeError, "it is a mark already");
        return -1;
    }
    mark->kind = (PyTypeObject *)Py_NewRef(Py_TYPE(owner));
    mark->typecode = Py_NewRef(typecode);
    mark->owner = (uintptr_t)owner;
    mark->length = length;
    return learn_layout(mark, owner);
}

static void
mark_dealloc(PyObject *self)
{
    Mark *mark = (Mark *)self;
    Py_XDECREF(mark->kind);
    Py_XDECREF(mark->typecode);
    Py_XDECREF(mark->scratch);
    PyMem_RawFree(mark->numbers);
    Py_TYPE(self)->tp_free(self);
}

static PyMemberDef mark_members[] = {
    {"owner", T_ULONGLONG, offsetof(Mark, owner), READONLY, "The identity of what carries it."},
    {"length", T_PYSSIZET, offsetof(Mark, length), READONLY, "Of an array, else -1."},
    {"typecode", T_OBJECT, offsetof(Mark, typecode), READONLY, "Of the value, or the elements."},
    {"_whole", T_LONGLONG, offsetof(Mark, whole), 0, "The number of all of it; 0: none yet."},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject MarkType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Mark",
    .tp_doc = "Mark(owner, typecode, length): what is known of something in shared memory.",
    .tp_basicsize = sizeof(Mark),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = mark_init,
    .tp_dealloc = mark_dealloc,
    .tp_members = mark_members,
};

static PyObject *
begin_marks(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *name, *value, *get, *put;
    if (!PyArg_ParseTuple(args, "UO!O!O!", &name, &PyGetSetDescr_Type, &value, &PyWrapperDescr_Type,
                          &get, &PyWrapperDescr_Type, &put)) {
        return NULL;
    }
    Py_XSETREF(simple_type, (PyTypeObject *)Py_NewRef(PyDescr_TYPE(value)));
    Py_XSETREF(array_type, (PyTypeObject *)Py_NewRef(PyDescr_TYPE(get)));
    of_simple = ((PyGetSetDescrObject *)value)->d_getset;
    of_subscript = (binaryfunc)(uintptr_t)((PyWrapperDescrObject *)get)->d_wrapped;
    of_ass_subscript = (objobjargproc)(uintptr_t)((PyWrapperDescrObject *)put)->d_wrapped;
    Py_INCREF(name);
    PyUnicode_InternInPlace(&name);
    Py_XSETREF(attribute, name);
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"begin_marks", begin_marks, METH_VARARGS,
     "begin_marks(name of the attribute, _SimpleCData.value, Array.__getitem__ and __setitem__):\n"
     "what ctypes does as it is."},
    {NULL, NULL, 0, NULL},
};

int
marks_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions) < 0 ? -1 : PyModule_AddType(module, &MarkType);
}
