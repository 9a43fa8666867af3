"""From pages to documents, volumes and applications: the rooms of the stage ``sort``."""
