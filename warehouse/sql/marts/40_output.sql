-- One row an output and return. `result` names what was achieved: its kind and identifier, or where it has none its
-- number in the centre; the same result may be claimed by several units (mart_claim).

create table mart_output as
select
    r.submission, r.unit, r.centre, r.quarter, r.field, r.unit_city,
    'outputs' as sheet, d.* exclude (submission),
    d.kind || '|' || coalesce(claim_key(d.identifier), r.centre || '|' || d.output_no) as result
from stg_return__outputs d
join mart_return r on r.submission = d.submission;
