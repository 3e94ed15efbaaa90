/* Here: what belongs to the current thread, above all its lane. */
#ifndef PARAVIZ_HERE_H
#define PARAVIZ_HERE_H

#include "events.h"

/* Append an event of the current thread. Its lane is made where there is none, which runs Python
 * code once a thread. Raises nothing: an exception that comes up meanwhile, as by Ctrl-C, comes up
 * again once the program's own code goes on. */
void here_emit(int64_t word);
void here_emit_value(int64_t word, int64_t value);

/* As these, of what was stamped before. */
void here_emit_value_at(int64_t at, int64_t word, int64_t value);

/* Append a text that the current thread wrote, and its event. */
void here_emit_write(PyObject *text, int64_t at, int64_t word, int64_t value);

/* The same of events that have their stamps already: integers that belong together. */
void here_append(const int64_t *integers, uint32_t count);

/* The error that is set comes up again once the program's own code goes on. */
void here_put_off_error(void);

#endif
