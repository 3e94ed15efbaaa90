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
    Py_XSETREF(method->type, (PyTypeObject *)Py_NewRef(type));
    Py_XSETREF(method->found, found);
    return 0;
}

PyObject *
method_call_slow(Method *method, PyObject *self, PyObject *const *args, Py_ssize_t count,
                 PyObject *names)
{
    PyObject *few[8], **all = few;
    Py_ssize_t total = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    if (total > 7) {
        all = PyMem_Malloc((total + 1) * sizeof(PyObject *));
        if (all == NULL) {
            return PyErr_NoMemory();
        }
    }
    all[0] = self;
    for (Py_ssize_t i = 0; i < total; i++) {
        all[i + 1] = args[i];
    }
    PyObject *result = PyObject_Vectorcall(method->found, all, count + 1, names);
    if (all != few) {
        PyMem_Free(all);
    }
    return result;
}
