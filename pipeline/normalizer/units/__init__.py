"""Whose report it is: names as printed → publishing bodies with stable ids, by a list of divisions that the user brings."""
