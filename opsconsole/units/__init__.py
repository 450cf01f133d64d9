"""The administrative tree as of a date: eras of units, reorganisations, who holds what afterwards.

``building`` makes the ``timeline`` from what is declared, which answers questions and gives the
``tree`` of a day; ``succession`` follows units through reorganisations, ``registry`` keeps it in the store.
"""
