/* Frames: their local variables, without a dictionary of all of them. */
#include "frames.h"

PyObject *
frame_local(Frame *frame, PyObject *name)
{
    PyObject *names = frame_code(frame)->co_localsplusnames;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *each = PyTuple_GET_ITEM(names, i);
        if (each == name || PyUnicode_Compare(each, name) == 0) {
#if PY_VERSION_HEX >= 0x030e0000
            _PyStackRef held = frame->localsplus[i];
            PyObject *value = PyStackRef_IsNull(held) ? NULL : PyStackRef_AsPyObjectBorrow(held);
#else
            PyObject *value = frame->localsplus[i];
#endif
            return value != NULL && PyCell_Check(value) ? PyCell_GET(value) : value;
        }
    }
    return NULL;
}
