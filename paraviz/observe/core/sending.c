/* Sending: a parcel to the socket that the session reads, if it is still that socket.
 *
 * The program may have closed the descriptor and got its number for something of its own. Which one
 * it is, is asked right before it is used; and what is no socket never gets anything. */
#include "core.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

enum { GONE = -1, LATER = 0, SENT = 1 };

static int
sent(int descriptor, unsigned long long device, unsigned long long inode, const Py_buffer *parcel)
{
    struct stat found;
    ssize_t written;
    if (fstat(descriptor, &found) < 0 || !S_ISSOCK(found.st_mode)
        || (unsigned long long)found.st_dev != device
        || (unsigned long long)found.st_ino != inode) {
        return GONE;
    }
    do {
        written = send(descriptor, parcel->buf, (size_t)parcel->len, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (written < 0 && errno == EINTR);
    if (written >= 0) {
        return SENT;
    }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? LATER : GONE;
}

static PyObject *
sending_send(PyObject *module, PyObject *args)
{
    int descriptor, result;
    unsigned long long device, inode;
    Py_buffer parcel;
    (void)module;
    if (!PyArg_ParseTuple(args, "iKKy*", &descriptor, &device, &inode, &parcel)) {
        return NULL;
    }
    /* It does not block. To give the GIL away meant to win it back for each parcel, from threads
     * that never rest: a switch interval each time, and what they emit would be more than is sent. */
    result = sent(descriptor, device, inode, &parcel);
    PyBuffer_Release(&parcel);
    return PyLong_FromLong(result);
}

static PyMethodDef methods[] = {
    {"send", sending_send, METH_VARARGS,
     "send(descriptor, device, inode, parcel): 1 sent, 0 no room now, -1 nobody reads or not ours."},
    {NULL, NULL, 0, NULL},
};

int
sending_add(PyObject *module)
{
    return PyModule_AddFunctions(module, methods);
}
