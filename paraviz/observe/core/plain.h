/* Plain: the object that an observed one holds inside, and its methods, called as the interpreter
 * would, without its looking for them. */
#ifndef PARAVIZ_PLAIN_H
#define PARAVIZ_PLAIN_H

#include "core.h"

typedef struct {
    PyObject *found;    /* the method, as its type has it */
    PyTypeObject *type; /* of which this is the method */
    PyMethodDef *made;  /* how it is made; NULL where that is not known */
} Method;

typedef PyObject *(*FastCall)(PyObject *, PyObject *const *, Py_ssize_t);
typedef PyObject *(*FastCallWithNames)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);

/* -1 with an error set if that type has none of this name. */
int method_find(Method *method, PyTypeObject *type, const char *name);

/* As any callable is called. */
PyObject *method_call_slow(Method *method, PyObject *self, PyObject *const *args, Py_ssize_t count,
                           PyObject *names);

/* Call it on an object of that type, or of one made from it, as a vectorcall does, but without the
 * object before the arguments. */
static inline PyObject *
method_vectorcall(Method *method, PyObject *self, PyObject *const *args, Py_ssize_t count,
                  PyObject *names)
{
    PyMethodDef *made = method->made;
    if (made != NULL) {
        switch (made->ml_flags
                & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD)) {
        case METH_FASTCALL | METH_KEYWORDS:
            return ((FastCallWithNames)(void (*)(void))made->ml_meth)(self, args, count, names);
        case METH_FASTCALL | METH_KEYWORDS | METH_METHOD:
            return ((PyCMethod)(void (*)(void))made->ml_meth)(self, method->type, args, count, names);
        default:
            break;
        }
    }
    return method_call_slow(method, self, args, count, names);
}

/* Call it on an object of that type with a tuple of arguments. */
static inline PyObject *
method_call(Method *method, PyObject *self, PyObject *args)
{
    PyMethodDef *made = method->made;
    if (made != NULL) {
        switch (made->ml_flags
                & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD)) {
        case METH_NOARGS:
            return made->ml_meth(self, NULL);
        case METH_VARARGS:
            return made->ml_meth(self, args);
        case METH_VARARGS | METH_KEYWORDS:
            return ((PyCFunctionWithKeywords)(void (*)(void))made->ml_meth)(self, args, NULL);
        case METH_FASTCALL:
            return ((FastCall)(void (*)(void))made->ml_meth)(self, &PyTuple_GET_ITEM(args, 0),
                                                             PyTuple_GET_SIZE(args));
        default:
            break;
        }
    }
    return method_vectorcall(method, self, &PyTuple_GET_ITEM(args, 0), PyTuple_GET_SIZE(args), NULL);
}

#endif
