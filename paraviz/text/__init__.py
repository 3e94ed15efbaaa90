"""Texts as people read them: translation, numbers, durations, endings, notices."""
