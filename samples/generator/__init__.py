"""Draws boxes of invented applications with their exact truth."""
