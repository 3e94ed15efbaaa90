/* Events: what a lane has gathered and nobody has taken yet. */
#ifndef PARAVIZ_EVENTS_H
#define PARAVIZ_EVENTS_H

#include "core.h"

typedef struct Chunk {
    struct Chunk *next;
    uint32_t used, size; /* in integers */
    int64_t at[];
} Chunk;

typedef struct {
    PyObject_HEAD
    Chunk *first, *last;
    int64_t gathered; /* integers in all chunks */
    int64_t lost;     /* events for which there was no memory */
    int muted;        /* whether nobody wants to know: then there is no chunk, and none is made */
#ifdef Py_GIL_DISABLED
    PyMutex mutex;
#endif
} Events;

/* Under a GIL nothing runs between these two; without one a thread's own lane is written to by
 * others, too, now and then (a task's by who wakes it), and read by the shipper. */
#ifdef Py_GIL_DISABLED
#define EVENTS_LOCK(events) PyMutex_Lock(&(events)->mutex)
#define EVENTS_UNLOCK(events) PyMutex_Unlock(&(events)->mutex)
#else
#define EVENTS_LOCK(events) ((void)0)
#define EVENTS_UNLOCK(events) ((void)0)
#endif

extern PyTypeObject EventsType;

/* The two arguments of `emit_value`; -1 with an error set. */
int word_and_value(PyObject *const *args, Py_ssize_t count, int64_t *word, int64_t *value);

/* Append integers that belong together; -1 with an error set. */
int events_extend(Events *events, PyObject *integers);

/* Room for `count` integers that belong together, in a chunk that has it; NULL for no memory. */
int64_t *events_grow(Events *events, uint32_t count);

static inline int64_t *
events_room(Events *events, uint32_t count)
{
    Chunk *chunk = events->last;
    if (chunk == NULL || chunk->size - chunk->used < count) {
        return events_grow(events, count);
    }
    int64_t *room = chunk->at + chunk->used;
    chunk->used += count;
    return room;
}

static inline void
events_emit(Events *events, int64_t word)
{
    EVENTS_LOCK(events);
    int64_t *room = events_room(events, 2);
    if (room != NULL) {
        room[0] = now_ns();
        room[1] = word;
    }
    EVENTS_UNLOCK(events);
}

static inline void
events_emit_value_at(Events *events, int64_t at, int64_t word, int64_t value)
{
    EVENTS_LOCK(events);
    int64_t *room = events_room(events, 4);
    if (room != NULL) {
        room[0] = at;
        room[1] = word;
        room[2] = value;
        room[3] = EXTRA;
    }
    EVENTS_UNLOCK(events);
}

static inline void
events_emit_value(Events *events, int64_t word, int64_t value)
{
    events_emit_value_at(events, now_ns(), word, value);
}

#endif
