"""Directories of mail accounts (LDIF, LDAP, exports of servers) → what of them is declared otherwise."""
