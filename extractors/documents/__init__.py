"""One room for each kind of evidence."""
