"""A lecture that runs: decks in Markdown, what their code blocks are bound to, and running those.

A deck is data: reading one runs nothing.
"""
