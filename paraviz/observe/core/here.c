/* Here: what belongs to the current thread, above all its lane.
 *
 * A slot a thread, which the dictionary of its thread state owns and a variable of the thread
 * points at: whoever emits follows one pointer. There is one Here at a time; a second one (in tests)
 * takes over. */
#include "here.h"

typedef struct {
    PyObject_HEAD
    PyObject *lane, *texts; /* the list of what it wrote, or NULL before it is needed */
    Events *events;
    PyObject *wake; /* called at the first event, or NULL */
    int64_t late_ns;
    uint64_t of; /* the number of the Here it belongs to */
} Slot;

typedef struct {
    PyObject_HEAD
    PyObject *begin; /* makes a lane for the current thread */
    uint64_t number;
} Here;

/* Found by an offset, not by a call, where the C library has room for it in modules that are loaded
 * later. */
#if defined(__GLIBC__)
__attribute__((tls_model("initial-exec")))
#endif
static _Thread_local Slot *current;
static Here *active;
static uint64_t last_number;

/* ---- What comes up while we run the recorder's own code, and is the program's. ---- */

static int
raise_again(void *error)
{
    PyErr_SetObject((PyObject *)Py_TYPE((PyObject *)error), (PyObject *)error);
    Py_DECREF((PyObject *)error);
    return -1;
}

void
here_put_off_error(void)
{
    PyObject *kind, *value, *trace;
    PyErr_Fetch(&kind, &value, &trace);
    PyErr_NormalizeException(&kind, &value, &trace);
    Py_XDECREF(kind);
    Py_XDECREF(trace);
    if (value != NULL && Py_AddPendingCall(raise_again, value) < 0) {
        Py_DECREF(value);
    }
}

/* ---- Slots. ---- */

static void
slot_dealloc(PyObject *self)
{
    Slot *slot = (Slot *)self;
    if (current == slot) {
        current = NULL;
    }
    Py_XDECREF(slot->lane);
    Py_XDECREF(slot->texts);
    Py_XDECREF(slot->events);
    Py_XDECREF(slot->wake);
    Py_TYPE(self)->tp_free(self);
}

static PyTypeObject SlotType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Slot",
    .tp_doc = "What belongs to one thread.",
    .tp_basicsize = sizeof(Slot),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_dealloc = slot_dealloc,
};

/* -1 with an error set if this is no lane. */
static int
slot_enter(Slot *slot, PyObject *lane)
{
    PyObject *events = PyObject_GetAttrString(lane, "events");
    if (events == NULL || !Py_IS_TYPE(events, &EventsType)) {
        Py_XDECREF(events);
        PyErr_SetString(PyExc_TypeError, "a lane has events of the core");
        return -1;
    }
    Events *before = slot->events;
    slot->events = (Events *)events;
    Py_XDECREF(before);
    Py_CLEAR(slot->texts);
    Py_XSETREF(slot->lane, Py_NewRef(lane));
    return 0;
}

/* The slot of the current thread, found again or made; NULL with an error set. `lane` is the one to
 * enter, or NULL for whichever is its own. */
static Slot *
slot_find(Here *here, PyObject *lane)
{
    PyObject *dict = PyThreadState_GetDict();
    if (dict == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "no thread state");
        return NULL;
    }
    PyObject *key = PyUnicode_FromFormat("paraviz %llu", (unsigned long long)here->number);
    if (key == NULL) {
        return NULL;
    }
    Slot *slot = (Slot *)PyDict_GetItemWithError(dict, key);
    if (slot == NULL && !PyErr_Occurred()) {
        PyObject *made = lane == NULL ? PyObject_CallNoArgs(here->begin) : Py_NewRef(lane);
        slot = made == NULL ? NULL : (Slot *)PyType_GenericAlloc(&SlotType, 0);
        if (slot != NULL) {
            slot->of = here->number;
            /* The dictionary keeps it. */
            if (slot_enter(slot, made) < 0 || PyDict_SetItem(dict, key, (PyObject *)slot) < 0) {
                Py_CLEAR(slot);
            }
            else {
                Py_DECREF(slot);
            }
        }
        Py_XDECREF(made);
    }
    Py_DECREF(key);
    if (slot != NULL) {
        current = slot;
    }
    return slot;
}

static inline Slot *
slot_of(Here *here)
{
    Slot *slot = current;
    return slot != NULL && slot->of == here->number ? slot : slot_find(here, NULL);
}

/* Somebody waits for the first event of this thread: tell. */
static void
slot_wake(Slot *slot)
{
    PyObject *wake = slot->wake;
    slot->wake = NULL;
    PyObject *done = PyObject_CallNoArgs(wake);
    Py_DECREF(wake);
    if (done == NULL) {
        here_put_off_error();
    }
    Py_XDECREF(done);
}

static Slot *
slot_quietly(void)
{
    if (active == NULL) {
        return NULL;
    }
    Slot *slot = current;
    if (slot == NULL || slot->of != active->number) {
        PyObject *kind, *value, *trace;
        PyErr_Fetch(&kind, &value, &trace);
        slot = slot_find(active, NULL);
        if (slot == NULL) {
            here_put_off_error();
        }
        PyErr_Restore(kind, value, trace);
    }
    return slot;
}

/* After an event was appended. */
static inline void
slot_told(Slot *slot)
{
    if (slot->wake != NULL) {
        PyObject *kind, *value, *trace;
        PyErr_Fetch(&kind, &value, &trace);
        slot_wake(slot);
        PyErr_Restore(kind, value, trace);
    }
}

void
here_emit(int64_t word)
{
    Slot *slot = current;
    if (slot == NULL || active == NULL || slot->of != active->number) {
        slot = slot_quietly();
        if (slot == NULL) {
            return;
        }
    }
    events_emit(slot->events, word);
    slot_told(slot);
}

void
here_emit_value(int64_t word, int64_t value)
{
    here_emit_value_at(now_ns(), word, value);
}

void
here_emit_value_at(int64_t at, int64_t word, int64_t value)
{
    Slot *slot = slot_quietly();
    if (slot != NULL) {
        events_emit_value_at(slot->events, at, word, value);
        slot_told(slot);
    }
}

void
here_emit_write(PyObject *text, int64_t at, int64_t word, int64_t value)
{
    Slot *slot = slot_quietly();
    if (slot == NULL) {
        return;
    }
    if (slot->texts == NULL) {
        slot->texts = PyObject_GetAttrString(slot->lane, "texts");
    }
    /* Its text is there before its event is, or neither of them. */
    if (slot->texts == NULL || !PyList_CheckExact(slot->texts)
        || PyList_Append(slot->texts, text) < 0) {
        PyErr_Clear();
        slot->events->lost++;
        return;
    }
    events_emit_value_at(slot->events, at, word, value);
    slot_told(slot);
}

void
here_append(const int64_t *integers, uint32_t count)
{
    Slot *slot = slot_quietly();
    if (slot == NULL) {
        return;
    }
    EVENTS_LOCK(slot->events);
    int64_t *room = events_room(slot->events, count);
    if (room != NULL) {
        memcpy(room, integers, count * sizeof(int64_t));
    }
    EVENTS_UNLOCK(slot->events);
    slot_told(slot);
}

/* ---- As Python sees it. ---- */

static int
here_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"begin", NULL};
    PyObject *begin;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O", names, &begin)) {
        return -1;
    }
    Here *here = (Here *)self;
    Py_XSETREF(here->begin, Py_NewRef(begin));
    here->number = ++last_number;
    Here *before = active;
    active = (Here *)Py_NewRef(self);
    Py_XDECREF(before);
    return 0;
}

static void
here_dealloc(PyObject *self)
{
    Py_XDECREF(((Here *)self)->begin);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
here_emit_method(PyObject *self, PyObject *word)
{
    int64_t number = as_int64(word);
    if (number == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Slot *slot = slot_of((Here *)self);
    if (slot == NULL) {
        return NULL;
    }
    events_emit(slot->events, number);
    slot_told(slot);
    Py_RETURN_NONE;
}

static PyObject *
here_emit_value_method(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    int64_t word, value;
    if (word_and_value(args, count, &word, &value) < 0) {
        return NULL;
    }
    Slot *slot = slot_of((Here *)self);
    if (slot == NULL) {
        return NULL;
    }
    events_emit_value(slot->events, word, value);
    slot_told(slot);
    Py_RETURN_NONE;
}

static PyObject *
here_extend(PyObject *self, PyObject *integers)
{
    Slot *slot = slot_of((Here *)self);
    if (slot == NULL || events_extend(slot->events, integers) < 0) {
        return NULL;
    }
    slot_told(slot);
    Py_RETURN_NONE;
}

static PyObject *
here_enter(PyObject *self, PyObject *lane)
{
    Here *here = (Here *)self;
    Slot *slot = current;
    if (slot == NULL || slot->of != here->number) {
        slot = slot_find(here, lane);
    }
    if (slot == NULL || (slot->lane != lane && slot_enter(slot, lane) < 0)) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
here_enter_asleep(PyObject *self, PyObject *args)
{
    PyObject *lane, *wake;
    if (!PyArg_ParseTuple(args, "OO", &lane, &wake)) {
        return NULL;
    }
    PyObject *entered = here_enter(self, lane);
    if (entered != NULL) {
        Py_XSETREF(current->wake, Py_NewRef(wake));
    }
    return entered;
}

static PyObject *
here_lane(PyObject *self, void *Py_UNUSED(closure))
{
    Slot *slot = slot_of((Here *)self);
    return slot == NULL ? NULL : Py_NewRef(slot->lane);
}

static PyObject *
here_late(PyObject *self, void *Py_UNUSED(closure))
{
    Slot *slot = slot_of((Here *)self);
    return slot == NULL ? NULL : PyLong_FromLongLong(slot->late_ns);
}

static int
here_set_late(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    Slot *slot = slot_of((Here *)self);
    if (slot == NULL || value == NULL) {
        return -1;
    }
    slot->late_ns = as_int64(value);
    return slot->late_ns == -1 && PyErr_Occurred() ? -1 : 0;
}

static PyMethodDef here_methods[] = {
    {"emit", here_emit_method, METH_O, "Append an event of the current thread: now, this word."},
    {"emit_value", (PyCFunction)(void (*)(void))here_emit_value_method, METH_FASTCALL,
     "Append an event of the current thread with a value."},
    {"extend", here_extend, METH_O, "Append integers that belong together."},
    {"enter", here_enter, METH_O, "Report the current thread's events to this lane."},
    {"enter_asleep", here_enter_asleep, METH_VARARGS,
     "Report to this lane, and call something at the first event."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef here_getset[] = {
    {"lane", here_lane, NULL, "The current thread's lane; the first use makes it.", NULL},
    {"late_ns", here_late, here_set_late,
     "How long the timer that an event loop runs here and now had been due.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject HereType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Here",
    .tp_doc = "What belongs to the current thread. `begin` makes a lane for it.",
    .tp_basicsize = sizeof(Here),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = here_init,
    .tp_dealloc = here_dealloc,
    .tp_methods = here_methods,
    .tp_getset = here_getset,
};

int
here_add(PyObject *module)
{
    return PyType_Ready(&SlotType) < 0 ? -1 : PyModule_AddType(module, &HereType);
}
