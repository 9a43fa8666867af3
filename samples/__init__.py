"""Sample boxes and what makes them."""
