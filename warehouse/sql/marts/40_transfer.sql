-- One row an output that was transferred: days from the output to its first transfer, in the quarter of that transfer.

create table mart_transfer as
with outputs as (
    select s.centre, o.output_no, min(o.output_date) as output_date
    from stg_return__outputs o
    join led_submission s on s.submission = o.submission
    group by s.centre, o.output_no
),

first_transfers as (
    select distinct on (centre, output_no) *
    from mart_event
    where output_no is not null
    order by centre, output_no, event_date, submission, row
)

select
    t.submission, t.unit, t.centre, t.quarter, t.field, t.recipient_city, t.row,
    t.output_no, o.output_date, t.event_date, t.event_date - o.output_date as days
from first_transfers t
join outputs o on o.centre = t.centre and o.output_no = t.output_no;
