"""The claims of the report: their register, and the one function that judges them."""
