"""The command line ``jinchuang``: every step by itself, with only ``JINCHUANG_HOME`` set."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tasks.cli_bundle import bundle, replay
from tasks.cli_claims import disputes, settle
from tasks.cli_decide import confirm, decide
from tasks.cli_house import backup, deliver, prune, restore, watch
from tasks.cli_people import approve, open_quarter, propose, remind
from tasks.cli_reports import annual, publish, report, revise, trace
from tasks.cli_upkeep import rebuild, verify
from tasks.settings import House
from tasks.settings import house as the_house
from tasks.terminal import out, print_result, spoken, tell

app = typer.Typer(
    help="晋创：制造业创新中心季度报送、审核与进展报告。 Quarterly returns of manufacturing innovation centres.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Quarter = Annotated[str, typer.Argument(help="季度 quarter, e.g. 2026-Q3")]


@app.callback()
def _logging() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")


def open_house() -> House:
    with spoken():
        return the_house()


@app.command()
def demo(
    to: Annotated[
        Path | None, typer.Option(help="写到 a folder for registry and inbox of its own", file_okay=False)
    ] = None,
    units: Annotated[int | None, typer.Option(min=1, help="单位数 units, with --to")] = None,
    quarters: Annotated[int | None, typer.Option(min=1, help="季度数 quarters, with --to")] = None,
) -> None:
    """把演示报表写入收件夹；加 --to 则连同登记表写到别处。 Write the demo's returns as units would send them."""
    from tasks.demo import write_returns
    from tasks.demo_scale import grown

    house = open_house()
    inbox, registry = house.inbox, house.settings.registry
    with spoken():
        if to is not None:
            known = house.registry
            size = units or len(known.units), quarters or len(known.calendar) - 1
            inbox, registry = to / "inbox", grown(registry, to / "registry", *size)
        elif units or quarters:
            raise ValueError("--units 和 --quarters 须与 --to 同用 are for use with --to")
        files = write_returns(inbox, registry)
    out.print(
        f"{len(files)} 份演示报表 demo returns in {escape(str(inbox))}", highlight=False, soft_wrap=True
    )


@app.command()
def template(
    quarter: Quarter,
    unit: Annotated[str, typer.Option(help="单位代码 unit")],
    centre: Annotated[str, typer.Option(help="中心代码 centre")],
    to: Annotated[Path, typer.Option(help="写到 write to", dir_okay=False)],
) -> None:
    """为一个单位生成预填好的模板。 Write the template a unit fills, prefilled for it."""
    from tasks.templates import prefilled_template

    with spoken():
        to.write_bytes(prefilled_template(open_house(), quarter, centre, unit))
    tell(str(to))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="报表文件 returns", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    annotate: Annotated[
        Path | None, typer.Option(help="批注副本写到 folder for annotated copies", file_okay=False)
    ] = None,
) -> None:
    """试审报表，不留痕迹；0 采用，1 退回、待核或拒收，2 用法有误。 Judge files without any state."""
    from tasks.try_files import try_files

    house = open_house()
    with spoken():
        results = try_files(files, house.registry, house.form, house.now(), annotate)
    if as_json:
        # A name that is no UTF-8 cannot be printed as it is.
        print(json.dumps(results, ensure_ascii=False, indent=2).encode(errors="replace").decode())
    else:
        for result in results:
            print_result(result)
    raise typer.Exit(0 if all(one["verdict"] == "accepted" for one in results) else 1)


@app.command()
def csv(
    file: Annotated[Path, typer.Argument(help="技术扩散台账 CSV ledger", exists=True, dir_okay=False)],
    into: Annotated[Path, typer.Option(help="并入的报表 the return", exists=True, dir_okay=False)],
) -> None:
    """把 CSV 台账并入本单位的报表；0 已并入，1 有误未并入。 Bring a CSV ledger into the unit's workbook."""
    from expectations.findings import SEVERITIES
    from tasks.csv_into import csv_into

    with spoken():
        findings = csv_into(file, into)
    for one in findings:
        tell(f"{SEVERITIES[one.severity][0]} {one.zh}\n    {one.en}")
    if findings:
        raise typer.Exit(1)
    tell(f"已并入 merged into {into}")


@app.command()
def collect() -> None:
    """收取收件夹和各来源中的新文件。 Take in what arrived in the inbox and at the other sources."""
    from tasks.collect import collect as take_in

    house = open_house()
    with spoken():
        taken = take_in(house)
    tell(f"新收 {len(taken)} 份 new files（收件夹 inbox: {house.inbox}）")


@app.command()
def process() -> None:
    """审核未审的文件，并更新数据仓库。 Judge what was not judged yet and load what was accepted."""
    from tasks.load import load
    from tasks.process import process as judge
    from tasks.status import STATES

    house = open_house()
    with spoken():
        counts = judge(house)
        load(house)
    out.print(
        "  ".join(f"{STATES[verdict]} {verdict} {n}" for verdict, n in sorted(counts.items()))
        or "无待审文件 nothing to judge；先运行 first run: jinchuang collect"
    )


@app.command()
def measure(quarter: Quarter) -> None:
    """显示一个季度的全省指标。 Show the province's figures of a quarter."""
    from tasks.measure import measure as figures_of
    from tasks.status import figure_lines

    house = open_house()
    with spoken():
        figures_of(house, quarter)
        lines = figure_lines(house, quarter)
    for code, name, value in lines:
        out.print(f"{name} {code} = {value}", highlight=False)


app.command(name="open")(open_quarter)
app.command()(remind)
app.command()(propose)
app.command()(approve)
app.command()(report)
app.command()(publish)
app.command()(annual)
app.command()(revise)
app.command()(trace)
app.command()(bundle)
app.command()(replay)


app.command()(deliver)


@app.command()
def status(quarter: Quarter, as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False) -> None:
    """每份应报报表的状态。 How every expected return of a quarter stands."""
    from tasks.standing import standing
    from tasks.status import status as rows_of
    from tasks.status import status_table, unattributed, undelivered

    house = open_house()
    with spoken():
        rows = rows_of(house, quarter)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    out.print(status_table(rows))
    for line in standing(house, rows[0]["quarter"]) if rows else ():
        tell(line)
    for name, why in unattributed(house):
        tell(f"无法识别报送单位 nobody to name: {name}\n    {why}")
    for letter in undelivered(house):
        tell(f"未寄出或不明 not sent, or not known: {letter}")


@app.command()
def docs(quarter: Quarter) -> None:
    """一个季度的数据文档：各表核对结果，不含联系人。 Publish the data docs of a quarter, for operators."""
    from tasks.data_docs import publish_data_docs

    house = open_house()
    with spoken():
        index = publish_data_docs(house, quarter)
    tell(str(index))


app.command()(decide)
app.command()(confirm)
app.command()(disputes)
app.command()(settle)
app.command()(rebuild)
app.command()(verify)
app.command()(backup)
app.command()(restore)
app.command()(prune)
app.command()(watch)
