"""Reads a release or a site as a stranger would, and says what should not be in it.

Nothing here asks the code that writes releases what it meant: files are read as bytes and text, and
the thresholds come from the file of the edition. What is not known is a problem.
"""
