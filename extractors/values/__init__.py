"""Codes, money, dates, phones, percentages: from the text of a field to its value.

``normalise.normalise`` is the one entrance; the modules beside it hold a parser each.
All of them expect text whose scanner glyphs have been repaired before.
"""
