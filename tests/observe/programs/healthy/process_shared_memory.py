"""A block of shared memory is filled by one process and read by the other."""

from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory


def fill(name):
    block = SharedMemory(name)
    block.buf[:4] = b"abcd"
    block.close()


if __name__ == "__main__":
    block = SharedMemory(create=True, size=16)
    process = Process(target=fill, args=(block.name,))
    process.start()
    process.join()
    print(bytes(block.buf[:4]))
    block.close()
    block.unlink()
