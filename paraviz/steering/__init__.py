"""Being the scheduler: a plain program stands still, and whoever steers says who goes on.

`inside` lives in the processes that run the program; what stands here starts them, speaks with
them, and says where the program stands.
"""
