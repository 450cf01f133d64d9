"""The store: tables, connections, migrations, the change log. Knows no YAML and no screen."""
