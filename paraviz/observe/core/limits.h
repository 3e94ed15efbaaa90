/* Limits: how long a wait that begins may take. */
#ifndef PARAVIZ_LIMITS_H
#define PARAVIZ_LIMITS_H

#include "core.h"

/* Report the limit of the wait that is reported next, if it has one; None and NULL are none. As
 * limits.py has it. */
void tell_limit(PyObject *timeout);

#endif
