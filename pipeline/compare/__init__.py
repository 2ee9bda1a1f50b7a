"""Units beside each other over years: one indicator or one figure, with everything that forbids to read it as it stands.

``subject`` says what is compared, ``points`` gathers a ``Point`` for every unit and year, ``text`` and ``picture`` show them.
"""
