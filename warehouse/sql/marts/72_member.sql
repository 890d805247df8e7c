-- One row a member and quarter: who belonged to which centre on the quarter's last day.

create table mart_member as
select distinct
    q.quarter, m.centre, m.unit, c.field, u.kind as unit_kind, u.city as unit_city,
    null::text as submission, 'memberships' as sheet, m.row, [src(null, 'units', u.row)] as rests_on
from reg_quarter q
join reg_membership m on m."from" <= q.last_day and (m."to" is null or m."to" >= q.last_day)
join reg_centre c on c.centre = m.centre
join reg_unit u on u.unit = m.unit;
