-- One row an output and quarter at whose end it waits: reported by then, of a kind that can be transferred (all but
-- 论文), and not transferred by any of those who claim the same result.

create table mart_waiting as
with transferred as (
    select o.result, min(e.quarter) as quarter
    from mart_output o
    join mart_event e on e.centre = o.centre and e.output_no = o.output_no
    group by o.result
),

reported as (
    select distinct on (centre, unit, result) *
    from mart_output
    where kind <> '论文'
    order by centre, unit, result, quarter, row
)

select
    q.quarter, o.submission, o.unit, o.centre, o.field, o.unit_city, o.sheet, o.row, o.result
from reported o
join reg_quarter q on q.quarter >= o.quarter
left join transferred t on t.result = o.result
where t.quarter is null or t.quarter > q.quarter;
