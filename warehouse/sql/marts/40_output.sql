-- One row an output and return. `result` names what was achieved: its kind and identifier, or where it has none its
-- number in the centre; the same result may be claimed by several units.
-- `credit`: a sole claimant's share (blank = 1); of several claimants each its share, if all gave one and they add up to
-- at most 1; else the result is in dispute (争议) and nobody is credited. `rests_on`: the rows of all claims, where several.

create table mart_output as
with reported as (
    select
        r.submission, r.unit, r.centre, r.quarter, r.field, r.unit_city,
        'outputs' as sheet, d.* exclude (submission),
        d.kind || '|' || coalesce(claim_key(d.identifier), r.centre || '|' || d.output_no) as result
    from stg_return__outputs d
    join mart_return r on r.submission = d.submission
),

claims as (
    select
        result, unit, arg_min(credit_share, (quarter, centre, row)) as share,
        list(src(submission, sheet, row) order by submission, row) as told
    from reported
    group by result, unit
),

judged as (
    select
        result, count(*) as claimants, count(share) as given, sum(share) as total,
        flatten(list(told order by unit)) as told
    from claims
    group by result
)

select
    o.*, j.claimants, case when j.claimants > 1 then j.told end as rests_on,
    case
        when j.claimants = 1 then coalesce(c.share, 1)
        when j.given = j.claimants and j.total <= 1 then c.share
        else 0
    end as credit
from reported o
join claims c on c.result = o.result and c.unit = o.unit
join judged j on j.result = o.result;
