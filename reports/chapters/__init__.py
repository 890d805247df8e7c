"""The chapters of the report, one module each, in the order an official reads them.

Each has ``chapter(facts, say)``; those of the summary's findings also ``finding(facts, say)``: the same sentence stands
in both places, letter for letter.
"""
