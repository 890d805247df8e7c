"""``make bench``: what a run of returns costs, held against the bare floor and the hand-written way."""
