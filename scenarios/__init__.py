"""Plain programs, one a subject of the lecture. They are run by path; nothing imports them."""
