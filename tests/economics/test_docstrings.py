"""The examples in the docstrings of the economics run as they are printed."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import trimtab.economics

MODULES = sorted(found.name for found in pkgutil.walk_packages(trimtab.economics.__path__, "trimtab.economics."))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_give_what_they_print(name):
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0
