"""The stages, one file each: small functions from records to records."""
