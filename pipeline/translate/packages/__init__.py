"""Translation models on disk: Argos packages found, fetched, checked, installed and removed."""
