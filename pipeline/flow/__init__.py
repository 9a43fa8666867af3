"""The way of an application after the scan: what offices and experts return, and where it stands.

Received → examined by the district → recommended → examined by the city → reviewed by experts
→ result.  Each step is known from a file that somebody sent, with who and when.
"""
