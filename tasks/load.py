"""verdicts → warehouse: bring the warehouse up to the ledger by building a new generation."""

from __future__ import annotations

from pathlib import Path

from tasks.parse import parse_files
from tasks.settings import House, one_at_a_time
from warehouse.build import Inputs, build_warehouse, definitions_hash
from warehouse.registry import Registry
from warehouse.returns import submissions


@one_at_a_time("writing")
def load(house: House, *, anew: bool = False) -> str:
    """Build the generation the ledger calls for, unless it is in force already; returns its file name.

    The ledger never says "loaded": comparing its newest seq and the definitions with what the warehouse was made of
    rolls an interrupted load forward.
    """
    inputs = inputs_of(house)
    name = f"warehouse-{inputs.seq:08d}.duckdb"
    if anew or house.store.made_of() != (inputs.seq, definitions_hash()):
        # Parsed files are made again where they are missing: the archive and the ledger are all that must be kept.
        missing = [
            (one.judged.sha256, Path(one.arrival.name).name)
            for one in inputs.submissions
            if not (inputs.parsed / one.judged.parsed).exists()
        ]
        parse_files(missing, house.archive, house.form)
        house.store.publish(name, lambda connection: build_warehouse(connection, inputs))
    return name


def inputs_of(house: House) -> Inputs:
    """What the newest generation depends on; LookupError before anything was collected."""
    seq = house.ledger.last_data_seq()
    content = house.ledger.snapshot("registry", seq)
    if content is None:
        raise LookupError("nothing was collected yet: run `jinchuang collect` first")
    return Inputs(
        seq=seq,
        known_at=house.ledger.known_at(seq),
        registry=Registry.from_snapshot(content),
        submissions=submissions(house.ledger, seq),
        parsed=house.archive.parsed,
        form=house.form,
        settlements=house.ledger.settlements(seq),
    )
