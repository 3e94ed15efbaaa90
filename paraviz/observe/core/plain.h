/* Plain: the object that an observed one holds inside, and its methods, called as the interpreter
 * would, without its looking for them. */
#ifndef PARAVIZ_PLAIN_H
#define PARAVIZ_PLAIN_H

#include "core.h"

typedef struct {
    PyObject *name;
    PyTypeObject *type; /* of which this is the method */
    PyMethodDef *made;  /* how it is made; NULL where that is not known */
} Method;

/* -1 with an error set if that type has none of this name. */
int method_find(Method *method, PyTypeObject *type, const char *name);

/* Generic call, by name. */
PyObject *method_call_slow(Method *method, PyObject *self, PyObject *args);

/* Call it on an object of that type with a tuple of arguments. */
static inline PyObject *
method_call(Method *method, PyObject *self, PyObject *args)
{
    PyMethodDef *made = method->made;
    if (made != NULL && Py_IS_TYPE(self, method->type)) {
        switch (made->ml_flags
                & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD)) {
        case METH_NOARGS:
            return made->ml_meth(self, NULL);
        case METH_VARARGS:
            return made->ml_meth(self, args);
        case METH_VARARGS | METH_KEYWORDS:
            return ((PyCFunctionWithKeywords)(void (*)(void))made->ml_meth)(self, args, NULL);
        case METH_FASTCALL: {
            typedef PyObject *(*Fast)(PyObject *, PyObject *const *, Py_ssize_t);
            return ((Fast)(void (*)(void))made->ml_meth)(self, &PyTuple_GET_ITEM(args, 0),
                                                         PyTuple_GET_SIZE(args));
        }
        case METH_FASTCALL | METH_KEYWORDS: {
            typedef PyObject *(*Fast)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
            return ((Fast)(void (*)(void))made->ml_meth)(self, &PyTuple_GET_ITEM(args, 0),
                                                         PyTuple_GET_SIZE(args), NULL);
        }
        default:
            break;
        }
    }
    return method_call_slow(method, self, args);
}

#endif
