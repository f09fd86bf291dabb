"""Translation models on disk: find, fetch, check, install and remove Argos packages."""
