"""What should exist: YAML → desired state → plan → apply, and back to YAML."""
