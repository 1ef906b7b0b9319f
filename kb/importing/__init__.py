"""Files from elsewhere become articles and incidents; one file a format."""
