"""The synthetic world: deliveries whose truth is known."""
