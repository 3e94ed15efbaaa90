/* Sites: the lines of the program that cause events. */
#ifndef PARAVIZ_SITES_H
#define PARAVIZ_SITES_H

#include "core.h"

/* How the program came to what asks for a site: by a call, or by the `__enter__` of a `with`. */
enum { BY_CALL = 0, BY_WITH = 1 };

/* The site where the interpreter stands, or the nearest above of the program's own code, shifted to
 * where a word has it; 0 for none. Runs no Python code and raises nothing. */
int64_t site_nearest(int by);

/* The site of the frame so many above the one where the interpreter stands; 0 where that is none of
 * the program's own code. As quiet as the other. */
int64_t site_programs(Py_ssize_t above);

#endif
