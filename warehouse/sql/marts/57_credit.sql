-- The claims again, each with what its claimant, a unit in a centre, is credited with: by decision (led_settlement; a
-- claimant it does not name gets nothing); else of several claimants each its share, if all gave one and they add up to
-- at most 1, else nothing (争议); of a sole claimant its share (blank = 1). `state` is null where nobody else claims the
-- same and nothing was decided; `settled` is the decision's seq. A claimant come after a decision opens it again.
-- `rests_on`: all claims of the same, what a first use is named by, and the decision.

create table mart_credit as
with claimants as (
    select kind, identifier, unit, centre, arg_min(share, (quarter, row)) as share
    from mart_claim
    group by kind, identifier, unit, centre
),

counted as (
    select
        c.*, s.seq as settled, d.share as decided,
        count(*) over same as claimants, count(c.share) over same as given, sum(c.share) over same as total,
        count(d.share) over same as named
    from claimants c
    left join (select distinct kind, identifier, seq from led_settlement) s
        on s.kind = c.kind and s.identifier = c.identifier
    left join led_settlement d
        on d.kind = c.kind and d.identifier = c.identifier and d.unit = c.unit and d.centre = c.centre
    window same as (partition by c.kind, c.identifier)
),

judged as (
    select
        kind, identifier, unit, centre, settled, claimants > 1 or settled is not null as shared,
        case
            when settled is not null then case when named = claimants then 'decided' else 'open' end
            when claimants > 1 then case when given = claimants and total <= 1 then 'agreed' else 'open' end
        end as state,
        case
            when settled is not null then coalesce(decided, 0)
            when claimants = 1 then coalesce(share, 1)
            when given = claimants and total <= 1 then share
            else 0
        end as credit
    from counted
),

told as (
    select kind, identifier, list(src(submission, sheet, row) order by submission, sheet, row) as rows_of
    from mart_claim
    group by kind, identifier
)

select
    c.* exclude (named_by), j.settled, j.state, j.credit,
    nullif(list_sort(list_distinct(list_concat(
        coalesce(c.named_by, []),
        case when j.shared then t.rows_of else [] end,
        case when j.settled is null then [] else [src(null, 'settlements', j.settled)] end
    ))), []) as rests_on
from mart_claim c
join told t on t.kind = c.kind and t.identifier = c.identifier
join judged j on j.kind = c.kind and j.identifier = c.identifier and j.unit = c.unit and j.centre = c.centre;
