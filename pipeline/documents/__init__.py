"""From the bytes of a page to a `Document`: one module per medium, decoding, repair, and who the report is by."""
