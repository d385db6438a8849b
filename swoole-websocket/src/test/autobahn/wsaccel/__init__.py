# SPDX-License-Identifier: Apache-2.0
"""Stands in for the accelerators in C that the Autobahn test suite looks for and Jython cannot load."""
