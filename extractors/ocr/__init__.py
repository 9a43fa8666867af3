"""Engines that read text from pixels, behind one protocol."""
