"""The rule language of the programme packs.

``arguments`` says which kinds of checks there are and what each wants to be told;
``context`` is what a check may look at; the other modules answer.
"""
