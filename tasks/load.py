"""verdicts → warehouse: bring the warehouse up to the ledger by building a new generation."""

from __future__ import annotations

from tasks.known import ensure_parsed, known
from tasks.settings import House, one_at_a_time
from warehouse.build import build_warehouse, definitions_hash


@one_at_a_time("writing")
def load(house: House, *, anew: bool = False) -> str:
    """Build the generation the ledger calls for, unless it is in force already; returns its file name.

    The ledger never says "loaded": comparing its newest seq and the definitions with what the warehouse was made of
    rolls an interrupted load forward.
    """
    inputs = known(house).inputs
    name = f"warehouse-{inputs.seq:08d}.duckdb"
    if anew or house.store.made_of() != (inputs.seq, definitions_hash()):
        ensure_parsed(house, inputs)
        house.store.publish(name, lambda connection: build_warehouse(connection, inputs))
    return name
