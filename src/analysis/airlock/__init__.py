"""The default-deny gate between the confidential side and everything that is published."""
