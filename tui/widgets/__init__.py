"""Widgets: thin line-API shells around what `render` draws."""
