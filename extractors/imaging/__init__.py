"""The page as pixels: orientation, deskewing, blanks, seals, rules, tick boxes."""
