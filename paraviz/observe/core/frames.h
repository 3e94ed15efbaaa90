/* Frames: the interpreter's own, of which no object is made. To be included first, since it asks for
 * what CPython keeps to itself; that is compiled for one version of it. */
#ifndef PARAVIZ_FRAMES_H
#define PARAVIZ_FRAMES_H

#define Py_BUILD_CORE_MODULE 1
#include "core.h"

/* What CPython does not use there is not ours to complain of. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#if PY_VERSION_HEX >= 0x030e0000
#include "internal/pycore_interpframe.h"
#include "internal/pycore_interpframe_structs.h"
#else
#include "internal/pycore_frame.h"
#endif
#include "internal/pycore_code.h"
#pragma GCC diagnostic pop

typedef _PyInterpreterFrame Frame;

static inline Frame *
frame_now(void)
{
    PyThreadState *thread = PyThreadState_Get();
#if PY_VERSION_HEX >= 0x030d0000
    return thread->current_frame;
#else
    return thread->cframe->current_frame;
#endif
}

static inline uintptr_t
frame_instruction(const Frame *frame)
{
#if PY_VERSION_HEX >= 0x030d0000
    return (uintptr_t)frame->instr_ptr;
#else
    return (uintptr_t)frame->prev_instr;
#endif
}

static inline PyCodeObject *
frame_code(Frame *frame)
{
#if PY_VERSION_HEX >= 0x030d0000
    return _PyFrame_GetCode(frame);
#else
    return frame->f_code;
#endif
}

static inline Frame *
complete(Frame *frame)
{
    while (frame != NULL && _PyFrame_IsIncomplete(frame)) {
        frame = frame->previous;
    }
    return frame;
}

/* A local variable, borrowed; NULL where the frame has none of this name, or no value in it. */
PyObject *frame_local(Frame *frame, PyObject *name);

#endif
