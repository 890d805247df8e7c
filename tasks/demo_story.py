"""The demo's story: what invented returns have to tell, quarter after quarter, as values.

Each part draws from a generator seeded by what it describes, so that a change in one return leaves most others alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from expectations.quarter import Quarter
from tasks.demo_book import Book
from tasks.demo_diffusion import diffusion_rows, followup_rows, promise_first_uses, promise_payments
from tasks.demo_members import Cell, Member, Row, fellows, members, quarters
from tasks.demo_money import finance_rows, industrialisation_rows, product_before, remember_products
from tasks.demo_outputs import output_rows
from tasks.demo_projects import project_rows
from tasks.demo_units import unit_figures
from warehouse.registry import Registry, Size

_TABLES = ("projects", "outputs", "diffusion", "followup", "industrialisation", "finance")


@dataclass(frozen=True)
class Return:
    """What one unit has to tell of one quarter in one centre: records by sheet and column, codes bare."""

    member: Member
    quarter: Quarter
    sheets: Mapping[str, tuple[Row, ...]]

    @property
    def nil(self) -> bool:
        return not any(self.sheets[name] for name in _TABLES)

    def with_rows(self, **sheets: tuple[Row, ...]) -> Return:
        """The same return with other rows on some sheets."""
        return replace(self, sheets={**self.sheets, **sheets})

    def with_cells(self, sheet: str, index: int, **cells: Cell) -> Return:
        """The same return with some cells of one row changed."""
        rows = self.sheets[sheet]
        return self.with_rows(**{sheet: (*rows[:index], {**rows[index], **cells}, *rows[index + 1 :])})

    def emptied(self) -> Return:
        """The same return with nothing on sheets 3 to 8."""
        return self.with_rows(**dict.fromkeys(_TABLES, ()))


def story(registry: Registry, lost: Callable[[Member, Quarter], bool]) -> Iterator[Return]:
    """Every return of the registry's quarters, by quarter and membership.

    ``lost`` says which never come in force: nobody later follows up what they would have told.
    """
    book, of_centre = Book(), defaultdict(list)
    began = quarters(registry)[0]
    for member in members(registry):
        of_centre[member.centre].append(member)
        book.products[member.key].extend(product_before(member, began))
    for quarter in quarters(registry):
        for member in members(registry):
            if member.owes(quarter):
                companions = fellows(member, of_centre[member.centre], quarter)
                yield _told(member, quarter, book, companions, registry.sizes, lost(member, quarter))


def _told(
    member: Member, quarter: Quarter, book: Book, companions: list[Member], sizes: Sequence[Size], lost: bool
) -> Return:
    projects, outputs = project_rows(member, quarter, companions), output_rows(member, quarter, book)
    diffusion = diffusion_rows(member, quarter, book, companions, sizes)
    if not lost:
        book.results[member.key].extend(outputs)
        promise_first_uses(member, outputs, companions, book)
        promise_payments(member, diffusion, book)
        remember_products(member, quarter, outputs, book)
    return Return(
        member,
        quarter,
        {
            "unit": (unit_figures(member, quarter),),
            "projects": projects,
            "outputs": outputs,
            "diffusion": diffusion,
            "followup": followup_rows(member, quarter, book),
            "industrialisation": industrialisation_rows(member, quarter, book),
            "finance": finance_rows(member, quarter, book, companions),
        },
    )
