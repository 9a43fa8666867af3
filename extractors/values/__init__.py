"""Codes, money, dates, phones, percentages."""
