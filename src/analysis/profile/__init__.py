"""The profile of one organisation for its data-verification session; it never leaves with a book.

It is made on the confidential side. Nothing that publishes may import this package.
"""
