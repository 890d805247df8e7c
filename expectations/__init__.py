"""What a return must be: forms, code lists, values, audit relations, and everything derived from them."""
