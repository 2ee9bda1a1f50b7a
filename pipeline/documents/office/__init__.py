"""Word and Excel files → text and tables."""
