/* The module: paraviz.observe._core. */
#include "core.h"

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_core",
    .m_doc = "What the observed program does most often, reported by one C call each.",
    .m_size = -1, /* One interpreter: what others do is not observed. */
};

PyMODINIT_FUNC
PyInit__core(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL) {
        return NULL;
    }
    if (events_add(module) < 0 || sites_add(module) < 0 || here_add(module) < 0
        || locks_add(module) < 0
        || PyModule_AddIntConstant(module, "EXTRA", EXTRA) < 0
        || PyModule_AddIntConstant(module, "LOCK_WAIT", LOCK_WAIT) < 0
        || PyModule_AddIntConstant(module, "LOCK_ACQUIRED", LOCK_ACQUIRED) < 0
        || PyModule_AddIntConstant(module, "LOCK_ABANDONED", LOCK_ABANDONED) < 0
        || PyModule_AddIntConstant(module, "LOCK_RELEASED", LOCK_RELEASED) < 0
        || PyModule_AddIntConstant(module, "WRITE", WRITE) < 0
        || PyModule_AddIntConstant(module, "WAIT_LIMIT", WAIT_LIMIT) < 0
        || PyModule_AddIntConstant(module, "KIND_MASK", KIND_MASK) < 0
        || PyModule_AddIntConstant(module, "SITE_SHIFT", SITE_SHIFT) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
