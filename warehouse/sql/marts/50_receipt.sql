-- One row a payment received (到账) with the recipient's city where the centre has reported its event; an event of the
-- unit itself goes before one of another unit that bears the same number. `rests_on` is that event.

create table mart_receipt as
with received as (
    select r.submission, r.unit, r.centre, r.quarter, r.field, 'followup' as sheet, d.* exclude (submission)
    from stg_return__followup d
    join mart_return r on r.submission = d.submission
    where d.kind = '到账'
)

select distinct on (f.submission, f.row)
    f.*, e.recipient_city, case when e.row is not null then [src(e.submission, e.sheet, e.row)] end as rests_on
from received f
left join mart_event e
    on e.centre = f.centre and e.event_no = f.subject_no and e.quarter <= f.quarter
order by f.submission, f.row, e.unit = f.unit desc, e.quarter, e.unit, e.row;
