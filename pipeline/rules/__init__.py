"""The rule language of the programme packs.

``arguments``, ``combined_kinds`` and ``measure_kinds`` say which kinds of checks and figures there
are and what each wants to be told; ``context`` is what a check may look at, ``facts`` how it
looks; ``asking`` asks the rules in turn; the other modules answer.  docs/RULES.md lists all.
"""
