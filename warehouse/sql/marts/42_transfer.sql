-- One row an output that was transferred: days from the output to its first transfer, in the quarter of that transfer.
-- An event dated before its output (reported by another unit of the centre) is no transfer of it.
-- `rests_on`: where the output was reported.

create table mart_transfer as
with outputs as (
    select
        centre, output_no, min(output_date) as output_date,
        list(src(submission, sheet, row) order by submission, row) as rests_on
    from mart_output
    group by centre, output_no
)

select distinct on (t.centre, t.output_no)
    t.submission, t.unit, t.centre, t.quarter, t.field, t.recipient_city, t.sheet, t.row,
    t.output_no, o.output_date, t.event_date, t.event_date - o.output_date as days,
    o.rests_on
from mart_event t
join outputs o on o.centre = t.centre and o.output_no = t.output_no
where t.event_date >= o.output_date
order by t.centre, t.output_no, t.event_date, t.submission, t.row;
