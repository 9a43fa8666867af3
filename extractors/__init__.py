"""From a page to data; knows no batch, no ledger, no programme."""
