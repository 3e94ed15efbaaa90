"""The tests of `multiprocessing`, with processes that a server forks."""

from test._test_multiprocessing import install_tests_in_module_dict

install_tests_in_module_dict(globals(), "forkserver")
