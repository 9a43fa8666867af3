"""Text that needs no reading: PDF text layers and Word files."""
