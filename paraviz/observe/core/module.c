/* The module: paraviz.observe._core. */
#include "core.h"

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_core",
    .m_doc = "What the observed program does most often, reported by one C call each.",
    .m_size = -1, /* One interpreter: what others do is not observed. */
};

#define NAMED(constant) {#constant, constant}

static const struct {
    const char *name;
    int value;
} constants[] = {
    NAMED(EXTRA),
    NAMED(LOCK_WAIT),
    NAMED(LOCK_ACQUIRED),
    NAMED(LOCK_ABANDONED),
    NAMED(LOCK_RELEASED),
    NAMED(WRITE),
    NAMED(WAIT_END),
    NAMED(WAIT_ABANDONED),
    NAMED(PUT),
    NAMED(GET_WAIT),
    NAMED(GET),
    NAMED(SEND_WAIT),
    NAMED(SEND),
    NAMED(RECEIVE_WAIT),
    NAMED(RECEIVE),
    NAMED(MEMORY_READ),
    NAMED(MEMORY_BEFORE),
    NAMED(MEMORY_WRITE),
    NAMED(WAIT_LIMIT),
    NAMED(KIND_MASK),
    NAMED(KIND_BITS),
    NAMED(SITE_SHIFT),
};

/* For the comparison with paraviz.events. */
static int
constants_add(PyObject *module)
{
    for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

PyMODINIT_FUNC
PyInit__core(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL) {
        return NULL;
    }
    if (events_add(module) < 0 || sites_add(module) < 0 || here_add(module) < 0
        || locks_add(module) < 0 || process_locks_add(module) < 0
        || streams_add(module) < 0 || connections_add(module) < 0
        || simple_queues_add(module) < 0 || waits_add(module) < 0
        || passing_add(module) < 0 || marks_add(module) < 0 || memory_add(module) < 0
        || shared_values_add(module) < 0 || sending_add(module) < 0
        || constants_add(module) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
