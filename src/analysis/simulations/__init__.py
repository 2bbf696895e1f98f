"""How good the methods are: each estimator on drawn data whose truth is known, a thousand times."""
