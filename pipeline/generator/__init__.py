"""Makes sample reports: figures → document and truth."""
