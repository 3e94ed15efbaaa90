/* Marks: what is known of a value or an array of ctypes that lies in shared memory. */
#ifndef PARAVIZ_MARKS_H
#define PARAVIZ_MARKS_H

#include "core.h"

/* Of what has more elements than this they are not told apart, as sharing.py has it. */
enum { ELEMENTS = 4096, LARGEST_VALUE = 8 };

typedef struct {
    PyObject_HEAD
    unsigned long long owner; /* the address of what carries it; a copy of that carries it as well */
    long long whole;          /* the number of all of it, where a word has it; 0: none yet */
    Py_ssize_t length;        /* of an array, else -1 */
    PyObject *typecode;       /* of the value, or of every element */
    PyTypeObject *kind;       /* the type of the owner */
    PyObject *scratch;        /* a value of the same type, nobody else's: what is stored in it shows
                               * what the memory will hold */
    long long *numbers;       /* of the elements, where a word has them; NULL: none yet */
    char code;                /* how its values lie in memory; 0: not known here */
    unsigned char size;       /* of a value, in bytes */
} Mark;

/* What is known of an object that lies in shared memory itself, or NULL: a new reference. */
Mark *mark_of(PyObject *made);

/* The number of the whole, or of an element that there is, where a word has it; 0 if it cannot be
 * had. The first use runs Python code. */
int64_t mark_whole(Mark *mark);
int64_t mark_element(Mark *mark, Py_ssize_t index);

/* The element that a key is for; -1 if that is not known here. */
Py_ssize_t mark_index(const Mark *mark, PyObject *key);

/* Where the values of its owner, or of the scratch, lie. */
char *mark_memory(PyObject *owner);

/* Whether `value` can be stored by the two of them: as memory holds it, and then into memory. The
 * first is -1 with an error set for what ctypes refuses. */
int mark_can_store(const Mark *mark, PyObject *value);
int mark_converted(const Mark *mark, PyObject *value, char *into);
void mark_store(const Mark *mark, char *into, const char *from);

/* What memory holds, as an event has it. */
int64_t mark_load(const Mark *mark, const char *at);

/* A value that was read, as an event has it. */
int64_t value_shown(PyObject *value);

/* Report an access that was stamped. `word`: the number and the site. */
void tell_read(int64_t word, int64_t value, int64_t at);
void tell_write(int64_t word, int64_t before, int64_t after, int64_t at);

/* -1 with an error set if it was not told yet what ctypes does. */
int marks_begun(void);

/* What the plain descriptor of a simple value does. */
PyObject *simple_get(PyObject *self);
int simple_set(PyObject *self, PyObject *value);

/* What the plain slots of an array do. */
PyObject *array_get(PyObject *self, PyObject *key);
int array_set(PyObject *self, PyObject *key, PyObject *value);

#endif
