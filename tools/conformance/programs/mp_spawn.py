"""The tests of `multiprocessing`, with processes that start afresh."""

from test._test_multiprocessing import install_tests_in_module_dict

install_tests_in_module_dict(globals(), "spawn")
