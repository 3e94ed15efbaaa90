"""Loops that only compute: nothing in them can be shared, so that nobody need be stopped there.

On 3.11 the interpreter is several times slower wherever `sys.settrace` is on, also in functions
that are not traced; so it is turned off around such a function. The program's text stays as it is.
"""

from __future__ import annotations

import ast
import dis
import sys
import types

from paraviz.schedule.inside import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType
    from typing import Any

_ALLOWED = words(
    "CACHE RESUME NOP PRECALL PUSH_NULL POP_TOP COPY SWAP EXTENDED_ARG LOAD_CONST LOAD_SMALL_INT "
    "LOAD_FAST LOAD_FAST_CHECK LOAD_FAST_BORROW LOAD_FAST_LOAD_FAST STORE_FAST "
    "STORE_FAST_LOAD_FAST STORE_FAST_STORE_FAST LOAD_FAST_BORROW_LOAD_FAST_BORROW DELETE_FAST "
    "BINARY_OP COMPARE_OP "
    "IS_OP UNARY_NOT UNARY_NEGATIVE UNARY_INVERT UNARY_POSITIVE TO_BOOL GET_ITER FOR_ITER END_FOR "
    "POP_ITER JUMP_FORWARD JUMP_BACKWARD JUMP_BACKWARD_NO_INTERRUPT RETURN_VALUE RETURN_CONST CALL "
    "LOAD_GLOBAL NOT_TAKEN LOAD_CONST_IMMORTAL LOAD_COMMON_CONSTANT"
)
_FUNCTIONS = words("range abs min max int float round divmod pow bool")
_GENERATES = 0x20 | 0x80 | 0x200
"""Flags of generators, coroutines and their like."""
OFF, ON = "__paraviz_off__", "__paraviz_on__"


def only_computes(code: CodeType) -> bool:
    """Whether it loops, and touches nothing but its own numbers."""
    if code.co_flags & _GENERATES or code.co_cellvars or code.co_freevars:
        return False
    loops = False
    for each in dis.get_instructions(code):
        name = each.opname
        if name == "LOAD_GLOBAL" and each.argval not in _FUNCTIONS:
            return False
        if name == "BINARY_OP" and each.argrepr == "[]":
            return False
        loops = loops or name == "FOR_ITER" or "BACKWARD" in name
        if name not in _ALLOWED and "JUMP" not in name:
            return False
    return loops


def quickened(tree: Any, code: CodeType, file: str) -> CodeType:
    """The same program; on 3.11 with tracing turned off around what only computes."""
    if sys.version_info >= (3, 12):
        return code
    chosen = {
        (each.co_name, each.co_firstlineno) for each in _all_codes(code) if only_computes(each)
    }
    if not chosen:
        return code
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and (node.name, _first_line(node)) in chosen:
            _wrap(node)
    return compile(tree, file, "exec", dont_inherit=True)


def _all_codes(code: CodeType) -> Iterator[CodeType]:
    todo = [code]
    while todo:
        each = todo.pop()
        yield each
        todo += [constant for constant in each.co_consts if isinstance(constant, types.CodeType)]


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _wrap(node: ast.FunctionDef) -> None:
    """Put the body between off and on; a docstring stays the first thing in it."""
    body = node.body
    keeps = 0
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        keeps = int(isinstance(body[0].value.value, str))
    if len(body) == keeps:
        return

    def called(name: str, like: ast.stmt) -> ast.stmt:
        made = ast.Expr(ast.Call(ast.Name(name, ast.Load()), [], []))
        return ast.fix_missing_locations(ast.copy_location(made, like))

    rest = body[keeps:]
    guarded = ast.Try(rest, [], [], [called(ON, rest[-1])])
    ast.copy_location(guarded, rest[0])
    guarded.end_lineno = rest[-1].end_lineno
    node.body = [*body[:keeps], called(OFF, rest[0]), ast.fix_missing_locations(guarded)]
