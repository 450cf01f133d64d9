from tests.inventory.conftest import empty, project, sqlite_project

__all__ = ["empty", "project", "sqlite_project"]
