from tests.inventory.conftest import sqlite_project

__all__ = ["sqlite_project"]
