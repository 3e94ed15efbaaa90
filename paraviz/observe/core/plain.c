/* Plain: how the methods of an object inside are found and called. */
#include "plain.h"

int
method_find(Method *method, PyTypeObject *type, const char *name)
{
    PyObject *found = PyObject_GetAttrString((PyObject *)type, name);
    if (found == NULL) {
        return -1;
    }
    method->made = NULL;
    if (Py_IS_TYPE(found, &PyMethodDescr_Type)
        && ((PyMethodDescrObject *)found)->d_common.d_type == type) {
        method->made = ((PyMethodDescrObject *)found)->d_method;
    }
    method->type = type;
    Py_DECREF(found);
    Py_XSETREF(method->name, PyUnicode_InternFromString(name));
    return method->name == NULL ? -1 : 0;
}

PyObject *
method_call_slow(Method *method, PyObject *self, PyObject *args)
{
    PyObject *bound = PyObject_GetAttr(self, method->name);
    if (bound == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_Call(bound, args, NULL);
    Py_DECREF(bound);
    return result;
}
