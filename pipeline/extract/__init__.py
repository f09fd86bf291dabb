"""Page to article."""
