"""From ruled lines to cells, labels and values."""
