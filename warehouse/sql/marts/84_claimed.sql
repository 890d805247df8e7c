-- One row an accepted return: what share of its figures the unit itself calls estimates.

create table mart_claimed as
select
    r.submission, r.unit, r.centre, r.quarter, r.field, r.unit_city, 'cover' as sheet, c.row, c.estimate_share_pct
from stg_return__cover c
join mart_return r on r.submission = c.submission;
