"""A context goes along to an executor's thread."""

import contextvars
from concurrent.futures import ThreadPoolExecutor

user = contextvars.ContextVar("user")
user.set("ann")
with ThreadPoolExecutor(1) as pool:
    print(pool.submit(contextvars.copy_context().run, user.get).result())
