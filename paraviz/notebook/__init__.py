"""A cell of a notebook as a program that is observed: `%load_ext paraviz`, then `%%paraviz`.

May import the app's pictures; nothing imports this but `paraviz.load_ipython_extension`.
"""
