/* Sites: the lines of the program that cause events, found from the interpreter's own frames.
 *
 * A line is looked for once. From then on it is found by the address of the instruction at which
 * the frame stands: bytecode lies inside its code object (CPython 3.11 and later), which is kept
 * alive here. No frame object is made, and no Python code runs: what is found new is told later, by
 * whoever ships (`told`). */
#include "frames.h"
#include "sites.h"

static int
frame_offset(Frame *frame)
{
    return (int)(frame_instruction(frame) - (uintptr_t)_PyCode_CODE(frame_code(frame)));
}

/* ---- What is known: a table with open addressing, guarded by the GIL. ---- */

typedef struct {
    uintptr_t instruction; /* 0: empty */
    int64_t site;
} Known;

enum { FIRST_SIZE = 1024 };

static Known *known;
static size_t known_size, known_count, known_limit;
static PyObject *kept;    /* the code objects whose instructions are known, by their address */
static PyObject *numbers; /* (file, line, function) -> site */
static PyObject *whose;   /* file -> whether it is the program's */
static PyObject *untold;  /* list of (site, file, line, function, gives_back) */
static PyObject *standard_library, *installed, *kin, *ours, *generated, *enter, *release;
#ifdef Py_GIL_DISABLED
static PyMutex table;
#define TABLE_LOCK() PyMutex_Lock(&table)
#define TABLE_UNLOCK() PyMutex_Unlock(&table)
#else
#define TABLE_LOCK() ((void)0)
#define TABLE_UNLOCK() ((void)0)
#endif

static Known *
place_of(uintptr_t instruction)
{
    size_t at = (instruction >> 1) * 0x9E3779B97F4A7C15u >> 20;
    for (;; at++) {
        Known *place = known + (at & (known_size - 1));
        if (place->instruction == instruction || place->instruction == 0) {
            return place;
        }
    }
}

static int
know(uintptr_t instruction, int64_t site)
{
    if (2 * (known_count + 1) > known_size) {
        size_t size = known_size ? known_size * 2 : FIRST_SIZE;
        Known *before = known, *larger = calloc(size, sizeof(Known));
        if (larger == NULL) {
            return -1;
        }
        size_t old_size = known_size;
        known = larger;
        known_size = size;
        for (size_t i = 0; i < old_size; i++) {
            if (before[i].instruction) {
                *place_of(before[i].instruction) = before[i];
            }
        }
        free(before);
    }
    Known *place = place_of(instruction);
    known_count += place->instruction == 0;
    place->instruction = instruction;
    place->site = site;
    return 0;
}

static int
starts_with(PyObject *text, PyObject *prefix)
{
    return (int)PyUnicode_Tailmatch(text, prefix, 0, PY_SSIZE_T_MAX, -1);
}

/* Whether a file is the program's, as `frames.is_programs` and `sites` have it; -1: error. */
static int
is_programs(PyObject *file)
{
    PyObject *cached = PyDict_GetItemWithError(whose, file);
    if (cached != NULL) {
        return cached == Py_True;
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    int foreign = starts_with(file, generated) || starts_with(file, ours);
    for (Py_ssize_t i = 0; !foreign && i < PyTuple_GET_SIZE(kin); i++) {
        PyObject *folder = PyTuple_GET_ITEM(kin, i);
        foreign = PyUnicode_Find(file, folder, 0, PY_SSIZE_T_MAX, 1) >= 0;
    }
    if (!foreign && starts_with(file, standard_library)) {
        foreign = 1;
        Py_ssize_t behind = PyUnicode_GET_LENGTH(standard_library);
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(installed); i++) {
            PyObject *folder = PyTuple_GET_ITEM(installed, i);
            if (PyUnicode_Tailmatch(file, folder, behind, PY_SSIZE_T_MAX, -1)) {
                foreign = 0;
            }
        }
    }
    if (PyErr_Occurred() || PyDict_SetItem(whose, file, foreign ? Py_False : Py_True) < 0) {
        return -1;
    }
    return !foreign;
}

/* The number of a place, and a new one is to be told; -1: error. */
static int64_t
number_of(PyCodeObject *code, int line, int gives_back)
{
    PyObject *place = Py_BuildValue("(OiO)", code->co_filename, line, code->co_qualname);
    if (place == NULL) {
        return -1;
    }
    int64_t site = -1;
    PyObject *number = PyDict_GetItemWithError(numbers, place);
    if (number != NULL) {
        site = PyLong_AsLongLong(number);
    }
    else if (!PyErr_Occurred()) {
        int64_t next = PyDict_GET_SIZE(numbers) + 1;
        PyObject *new_number = PyLong_FromLongLong(next << SITE_SHIFT);
        PyObject *told = Py_BuildValue("(LOiOO)", (long long)next, code->co_filename, line,
                                       code->co_qualname, gives_back ? Py_True : Py_False);
        if (new_number != NULL && told != NULL && PyList_Append(untold, told) == 0
            && PyDict_SetItem(numbers, place, new_number) == 0) {
            site = next << SITE_SHIFT;
        }
        Py_XDECREF(new_number);
        Py_XDECREF(told);
    }
    Py_DECREF(place);
    return site;
}

/* Whether what is taken there is let go of there as well: by a `with`, or in a function that
 * releases something. */
static int
gives_back_at(PyCodeObject *code, PyCodeObject *called, int by)
{
    if (by == BY_WITH || (called != NULL && PyUnicode_Compare(called->co_name, enter) == 0)) {
        return 1;
    }
    return PyUnicode_Compare(code->co_name, enter) == 0
           || PySequence_Contains(code->co_names, release) == 1;
}

/* By their address: code objects may be equal and not the same. */
static int
keep(PyCodeObject *code)
{
    PyObject *address = PyLong_FromVoidPtr(code);
    int done = address == NULL ? -1 : PyDict_SetItem(kept, address, (PyObject *)code);
    Py_XDECREF(address);
    return done;
}

static int64_t
learn(uintptr_t instruction, PyCodeObject *code, int offset, PyCodeObject *called, int by)
{
    if (known_count >= known_limit) {
        return 0;
    }
    PyObject *kind, *value, *trace;
    PyErr_Fetch(&kind, &value, &trace);
    int64_t site = 0;
    int is_its = is_programs(code->co_filename);
    if (is_its > 0) {
        int line = PyCode_Addr2Line(code, offset);
        site = number_of(code, line < 0 ? 0 : line, gives_back_at(code, called, by));
    }
    if (is_its < 0 || site < 0 || keep(code) < 0 || know(instruction, site) < 0) {
        PyErr_Clear(); /* No memory: without a line, then. */
        site = site < 0 ? 0 : site;
    }
    PyErr_Restore(kind, value, trace);
    return site;
}

static int64_t
site_of_frame(Frame *frame, Frame *called, int by)
{
    uintptr_t instruction = frame_instruction(frame);
    TABLE_LOCK();
    Known *place = place_of(instruction);
    int64_t site = place->site;
    if (place->instruction == 0) {
        PyCodeObject *inner = called == NULL ? NULL : frame_code(called);
        site = learn(instruction, frame_code(frame), frame_offset(frame), inner, by);
    }
    TABLE_UNLOCK();
    return site;
}

static int64_t
nearest_from(Frame *frame, Frame *called, int by)
{
    while (frame != NULL) {
        int64_t site = site_of_frame(frame, called, by);
        if (site) {
            return site;
        }
        called = frame;
        by = BY_CALL;
        frame = complete(frame->previous);
    }
    return 0;
}

int64_t
site_nearest(int by)
{
    return nearest_from(complete(frame_now()), NULL, by);
}

/* The frame that is so many above the current one, and the one that it called. */
static Frame *
frame_above(Py_ssize_t above, Frame **called)
{
    Frame *frame = complete(frame_now());
    *called = NULL;
    while (frame != NULL && above-- > 0) {
        *called = frame;
        frame = complete(frame->previous);
    }
    return frame;
}

int64_t
site_programs(Py_ssize_t above)
{
    Frame *called, *frame = frame_above(above, &called);
    return frame == NULL ? 0 : site_of_frame(frame, called, BY_CALL);
}

static PyObject *
site(PyObject *Py_UNUSED(module), PyObject *above)
{
    Py_ssize_t count = PyLong_AsSsize_t(above);
    if (count == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Frame *called, *frame = frame_above(count, &called);
    return PyLong_FromLongLong(nearest_from(frame, called, BY_CALL));
}

static PyObject *
programs_site(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (count == 2 && PyFrame_Check(args[1])) {
        PyFrameObject *given = (PyFrameObject *)args[1];
        PyCodeObject *code = PyFrame_GetCode(given);
        int offset = PyFrame_GetLasti(given);
        uintptr_t instruction = (uintptr_t)_PyCode_CODE(code) + (uintptr_t)(offset < 0 ? 0 : offset);
        TABLE_LOCK();
        Known *place = place_of(instruction);
        int64_t found = place->site;
        if (place->instruction == 0) {
            found = learn(instruction, code, offset, NULL, BY_CALL);
        }
        TABLE_UNLOCK();
        Py_DECREF(code);
        return PyLong_FromLongLong(found);
    }
    if (count < 1) {
        PyErr_SetString(PyExc_TypeError, "how many frames above?");
        return NULL;
    }
    Py_ssize_t above = PyLong_AsSsize_t(args[0]);
    if (above == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLongLong(site_programs(above));
}

static PyObject *
new_sites(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *fresh = PyList_New(0);
    if (fresh == NULL) {
        return NULL;
    }
    TABLE_LOCK();
    PyObject *found = untold;
    untold = fresh;
    TABLE_UNLOCK();
    return found;
}

static PyObject *
begin_sites(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *library, *folders, *kins, *own;
    Py_ssize_t limit;
    if (!PyArg_ParseTuple(args, "UO!O!Un", &library, &PyTuple_Type, &folders, &PyTuple_Type, &kins,
                          &own, &limit)) {
        return NULL;
    }
    known_limit = limit < 0 ? 0 : (size_t)limit;
    Py_XSETREF(standard_library, Py_NewRef(library));
    Py_XSETREF(installed, Py_NewRef(folders));
    Py_XSETREF(kin, Py_NewRef(kins));
    Py_XSETREF(ours, Py_NewRef(own));
    PyDict_Clear(whose);
    PyDict_Clear(numbers);
    if (PyList_SetSlice(untold, 0, PY_SSIZE_T_MAX, NULL) < 0) {
        return NULL;
    }
    memset(known, 0, known_size * sizeof(Known));
    known_count = 0;
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"site", site, METH_O,
     "The site of the nearest frame of the program from so many above the caller's on; 0: none."},
    {"programs_site", (PyCFunction)(void (*)(void))programs_site, METH_FASTCALL,
     "The site of the frame so many above the caller's, or of one that is given; 0 if that is not\n"
     "the program's."},
    {"new_sites", new_sites, METH_NOARGS,
     "Those that were not told yet: (number, file, line, function, gives back)."},
    {"begin_sites", begin_sites, METH_VARARGS,
     "begin_sites(standard library, folders of installed packages in it, folders of packages that\n"
     "count as its own, ours, limit): forget all, and from now on know no more instructions than the\n"
     "limit."},
    {NULL, NULL, 0, NULL},
};

int
sites_add(PyObject *module)
{
    kept = PyDict_New();
    numbers = PyDict_New();
    whose = PyDict_New();
    untold = PyList_New(0);
    generated = PyUnicode_InternFromString("<");
    enter = PyUnicode_InternFromString("__enter__");
    release = PyUnicode_InternFromString("release");
    known = calloc(FIRST_SIZE, sizeof(Known));
    if (!kept || !numbers || !whose || !untold || !generated || !enter || !release || !known) {
        return -1;
    }
    known_size = FIRST_SIZE;
    return PyModule_AddFunctions(module, functions);
}
