"""The result files: tables, notices, report."""
