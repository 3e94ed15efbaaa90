/* Events: a lane's buffer, in memory of its own.
 *
 * Chunks, each twice as large as the one before up to a limit, so that a lane of few events costs
 * little. The shipper detaches all of them at once and copies them without the GIL; the lane goes
 * on with a new one. No Python object is made for an event, and nothing that the collector counts. */
#include "events.h"

enum { SMALLEST = 64, LARGEST = 8192, SPARE = 16 };

/* Chunks of the largest size that were taken and can be used again; guarded by the GIL. */
static Chunk *spare[SPARE];
static int spares;

static Chunk *
chunk_new(uint32_t size)
{
#ifndef Py_GIL_DISABLED
    if (size == LARGEST && spares > 0) {
        Chunk *chunk = spare[--spares];
        chunk->next = NULL;
        chunk->used = 0;
        return chunk;
    }
#endif
    /* Not by Python's allocator, whose figures are the program's own (tracemalloc). */
    Chunk *chunk = malloc(sizeof(Chunk) + size * sizeof(int64_t));
    if (chunk != NULL) {
        chunk->next = NULL;
        chunk->used = 0;
        chunk->size = size;
    }
    return chunk;
}

static void
chunks_free(Chunk *chunk)
{
    while (chunk != NULL) {
        Chunk *next = chunk->next;
#ifndef Py_GIL_DISABLED
        if (chunk->size == LARGEST && spares < SPARE) {
            spare[spares++] = chunk;
            chunk = next;
            continue;
        }
#endif
        free(chunk);
        chunk = next;
    }
}

int64_t *
events_grow(Events *events, uint32_t count)
{
    if (events->muted) {
        return NULL;
    }
    uint32_t size = events->last == NULL ? SMALLEST : events->last->size * 2;
    size = size > LARGEST ? LARGEST : size;
    Chunk *chunk = chunk_new(count > size ? count : size);
    if (chunk == NULL) {
        events->lost++;
        return NULL;
    }
    if (events->last == NULL) {
        events->first = chunk;
    }
    else {
        events->gathered += events->last->used;
        events->last->next = chunk;
    }
    events->last = chunk;
    chunk->used = count;
    return chunk->at;
}

/* Take all chunks; the lane goes on without any. */
static Chunk *
events_detach(Events *events)
{
    EVENTS_LOCK(events);
    Chunk *chunks = events->first;
    events->first = events->last = NULL;
    events->gathered = 0;
    EVENTS_UNLOCK(events);
    return chunks;
}

static Py_ssize_t
events_length(PyObject *self)
{
    Events *events = (Events *)self;
    EVENTS_LOCK(events);
    Py_ssize_t length = events->gathered + (events->last == NULL ? 0 : events->last->used);
    EVENTS_UNLOCK(events);
    return length;
}

static PyObject *
events_emit_method(PyObject *self, PyObject *word)
{
    int64_t number = as_int64(word);
    if (number == -1 && PyErr_Occurred()) {
        return NULL;
    }
    events_emit((Events *)self, number);
    Py_RETURN_NONE;
}

int
word_and_value(PyObject *const *args, Py_ssize_t count, int64_t *word, int64_t *value)
{
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "emit_value takes a word and a value");
        return -1;
    }
    *word = as_int64(args[0]);
    *value = *word == -1 && PyErr_Occurred() ? -1 : as_int64(args[1]);
    return (*word == -1 || *value == -1) && PyErr_Occurred() ? -1 : 0;
}

static PyObject *
events_emit_value_method(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    int64_t word, value;
    if (word_and_value(args, count, &word, &value) < 0) {
        return NULL;
    }
    events_emit_value((Events *)self, word, value);
    Py_RETURN_NONE;
}

int
events_extend(Events *events, PyObject *integers)
{
    PyObject *sequence = PySequence_Fast(integers, "extend takes integers");
    if (sequence == NULL) {
        return -1;
    }
    int64_t few[16], *read = few;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(sequence);
    if (count > 16) {
        read = PyMem_RawMalloc(count * sizeof(int64_t));
        if (read == NULL) {
            Py_DECREF(sequence);
            PyErr_NoMemory();
            return -1;
        }
    }
    int done = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        read[i] = as_int64(PySequence_Fast_GET_ITEM(sequence, i));
        if (read[i] == -1 && PyErr_Occurred()) {
            done = -1;
            break;
        }
    }
    if (done == 0 && count > 0) {
        EVENTS_LOCK(events);
        int64_t *room = events_room(events, (uint32_t)count);
        if (room != NULL) {
            memcpy(room, read, count * sizeof(int64_t));
        }
        EVENTS_UNLOCK(events);
    }
    if (read != few) {
        PyMem_RawFree(read);
    }
    Py_DECREF(sequence);
    return done;
}

static PyObject *
events_extend_method(PyObject *self, PyObject *integers)
{
    if (events_extend((Events *)self, integers) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* The number of events in pairs of integers, and of those that are writes. */
static int64_t
events_in(const int64_t *at, int64_t count, int64_t *writes)
{
    int64_t events = 0;
    for (int64_t i = 1; i < count; i += 2) {
        events += at[i] != EXTRA;
        *writes += (at[i] & KIND_MASK) == WRITE;
    }
    return events;
}

/* Where a piece of at most `limit` integers ends that begins here and parts no event from its
 * value. */
static uint32_t
piece_end(const Chunk *chunk, uint32_t begin, uint32_t limit)
{
    if (chunk->used - begin <= limit) {
        return chunk->used;
    }
    uint32_t end = begin + limit;
    while (end + 1 < chunk->used && chunk->at[end + 1] == EXTRA) {
        end -= 2;
    }
    return end;
}

/* Append one piece to the result, as room and integers; how many events it holds. */
static int
append_piece(PyObject *result, const Chunk *chunk, uint32_t begin, uint32_t end, Py_ssize_t room)
{
    Py_ssize_t bytes = (Py_ssize_t)(end - begin) * (Py_ssize_t)sizeof(int64_t);
    PyObject *piece = PyByteArray_FromStringAndSize(NULL, room + bytes);
    if (piece == NULL) {
        return -1;
    }
    char *into = PyByteArray_AS_STRING(piece);
    int64_t writes = 0, events;
    /* Nobody else has the chunk or the piece. */
    Py_BEGIN_ALLOW_THREADS
    memset(into, 0, room);
    memcpy(into + room, chunk->at + begin, bytes);
    events = events_in(chunk->at + begin, end - begin, &writes);
    Py_END_ALLOW_THREADS
    PyObject *both = Py_BuildValue("(NL)", piece, (long long)events);
    if (both == NULL) {
        return -1;
    }
    int done = PyList_Append(result, both);
    Py_DECREF(both);
    return done;
}

static PyObject *
events_take(PyObject *self, PyObject *args)
{
    Py_ssize_t room;
    unsigned int limit;
    if (!PyArg_ParseTuple(args, "nI", &room, &limit)) {
        return NULL;
    }
    if (room < 0 || limit < 4 || limit % 2) {
        PyErr_SetString(PyExc_ValueError, "room for a head, and an even limit");
        return NULL;
    }
    PyObject *result = PyList_New(0);
    if (result == NULL) {
        return NULL;
    }
    Chunk *chunks = events_detach((Events *)self);
    for (Chunk *chunk = chunks; chunk != NULL; chunk = chunk->next) {
        for (uint32_t begin = 0; begin < chunk->used;) {
            uint32_t end = piece_end(chunk, begin, limit);
            if (append_piece(result, chunk, begin, end, room) < 0) {
                chunks_free(chunks);
                Py_DECREF(result);
                return NULL;
            }
            begin = end;
        }
    }
    chunks_free(chunks);
    return result;
}

static PyObject *
events_drop(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Chunk *chunks = events_detach((Events *)self);
    int64_t events = 0, writes = 0;
    for (Chunk *chunk = chunks; chunk != NULL; chunk = chunk->next) {
        events += events_in(chunk->at, chunk->used, &writes);
    }
    chunks_free(chunks);
    return Py_BuildValue("(LL)", (long long)events, (long long)writes);
}

static PyObject *
events_lost(PyObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLongLong(((Events *)self)->lost);
}

static void
events_dealloc(PyObject *self)
{
    chunks_free(events_detach((Events *)self));
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
events_mute(PyObject *self, PyObject *muted)
{
    Events *events = (Events *)self;
    int wanted = PyObject_IsTrue(muted);
    if (wanted < 0) {
        return NULL;
    }
    EVENTS_LOCK(events);
    events->muted = wanted;
    EVENTS_UNLOCK(events);
    if (wanted) {
        chunks_free(events_detach(events));
    }
    Py_RETURN_NONE;
}

static PyMethodDef events_methods[] = {
    {"emit", events_emit_method, METH_O, "Append an event: now, and this word."},
    {"emit_value", (PyCFunction)(void (*)(void))events_emit_value_method, METH_FASTCALL,
     "Append an event with a value."},
    {"extend", events_extend_method, METH_O, "Append integers that belong together."},
    {"take", events_take, METH_VARARGS,
     "take(room, limit): take all, as pieces of at most so many integers behind so many bytes of\n"
     "room each, with the number of events in each."},
    {"mute", events_mute, METH_O,
     "Throw all away, and from now on what comes, uncounted; or, given False, gather again."},
    {"drop", events_drop, METH_NOARGS,
     "Throw all away; how many events that were, and how many of them writes."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef events_getset[] = {
    {"lost", events_lost, NULL, "How many events there was no memory for.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PySequenceMethods events_sequence = {.sq_length = events_length};

PyTypeObject EventsType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "paraviz.observe._core.Events",
    .tp_doc = "What a lane has gathered: pairs of integers.",
    .tp_basicsize = sizeof(Events),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = events_dealloc,
    .tp_methods = events_methods,
    .tp_getset = events_getset,
    .tp_as_sequence = &events_sequence,
};

int
events_add(PyObject *module)
{
    return PyModule_AddType(module, &EventsType);
}
