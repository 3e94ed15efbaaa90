import sys

print(repr(sys.stdin.readline()))
print(repr(input("prompt ")))
print([line for line in sys.stdin])
try:
    input()
except EOFError as error:
    print(type(error).__name__, error)
