"""``zjtx compare``: paper against electronic copy against online record, for the auditor."""
