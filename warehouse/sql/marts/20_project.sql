-- One row a project and return. `trl_before` is the project's TRL in the last quarter an accepted return named it; of a
-- new project the TRL at start, if it started in this quarter, else unknown. `rests_on`: the rows that TRL was told in.

create table mart_project as
with reported as (
    select
        r.submission, r.unit, r.centre, r.quarter, r.field, r.unit_city, r.first_day,
        'projects' as sheet, d.* exclude (submission, field)
    from stg_return__projects d
    join mart_return r on r.submission = d.submission
),

by_quarter as (
    select centre, project_no, quarter, max(trl_now) as trl, list(src(submission, sheet, row) order by submission, row) as told
    from reported
    group by centre, project_no, quarter
),

before as (
    select *, lag(trl) over earlier as trl_before, lag(told) over earlier as rests_on
    from by_quarter
    window earlier as (partition by centre, project_no order by quarter)
)

select
    p.*,
    p.spend_fiscal_wan_cny + p.spend_enterprise_wan_cny + p.spend_financial_wan_cny + p.spend_other_wan_cny
        as spend_wan_cny,
    coalesce(b.trl_before, case when p.start_date >= p.first_day then p.trl_start end) as trl_before,
    b.rests_on
from reported p
join before b on b.centre = p.centre and b.project_no = p.project_no and b.quarter = p.quarter;
