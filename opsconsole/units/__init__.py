"""The administrative tree as of a date: eras of units, reorganisations, who holds what afterwards.

``timeline`` builds a ``Timeline`` from what is declared, ``tree`` answers questions about it,
``succession`` follows units through reorganisations, ``registry`` keeps it in the store.
"""
