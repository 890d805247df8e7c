-- One row a dispute: what several units or centres claim, or what was decided on. `since` is the quarter its second
-- claimant came in, `written` the identifier as the first one wrote it; `settled` the ledger's seq of the decision.
-- `doubtful`: the claimants of a contract name different recipients, so that it may be two contracts of one number.
-- `claimants`: each with its first claim and its credit.

create table mart_dispute as
with claimants as (
    select
        kind, identifier, state, settled, unit, centre, credit, min(quarter) as quarter,
        arg_min(written, (quarter, row)) as written, arg_min(submission, (quarter, row)) as submission,
        arg_min(sheet, (quarter, row)) as sheet, arg_min(row, (quarter, row)) as row
    from mart_credit
    where state is not null
    group by all
),

recipients as (
    select kind, identifier, count(distinct recipient) > 1 as doubtful
    from mart_credit
    group by kind, identifier
)

select
    c.kind, c.identifier, c.state, c.settled, min(r.doubtful) as doubtful,
    list(c.quarter order by c.quarter)[least(2, count(*))] as since,
    arg_min(c.written, (c.quarter, c.centre, c.unit)) as written,
    list(
        {
            'unit': c.unit, 'centre': c.centre, 'quarter': c.quarter, 'written': c.written, 'credit': c.credit,
            'submission': c.submission, 'sheet': c.sheet, 'row': c.row
        }
        order by c.quarter, c.centre, c.unit
    ) as claimants
from claimants c
join recipients r on r.kind = c.kind and r.identifier = c.identifier
group by c.kind, c.identifier, c.state, c.settled;
