"""Search: what to look for, on one line, and all of it that a trace has."""

from paraviz.trace.search.find import MATCHES_LIMIT, find
from paraviz.trace.search.matches import Matches
from paraviz.trace.search.query import Query, QueryError, parse

__all__ = ["MATCHES_LIMIT", "Matches", "Query", "QueryError", "find", "parse"]
