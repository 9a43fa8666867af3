"""Names of enterprises taken apart, indexed and compared."""
