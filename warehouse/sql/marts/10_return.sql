-- One row an accepted return: what the unit says of itself, with what the registry says of unit and centre.
-- Stocks count only members on the quarter's last day: `on_last_day`.

create table mart_return as
select
    s.submission, s.unit, s.centre, s.quarter, s.role,
    c.field, c.city as centre_city, u.city as unit_city, u.kind as unit_kind,
    exists (
        select 1 from reg_membership m
        where m.centre = s.centre and m.unit = s.unit
            and m."from" <= q.last_day and (m."to" is null or m."to" >= q.last_day)
    ) as on_last_day,
    date_trunc('quarter', q.last_day)::date as first_day, q.last_day,
    'unit' as sheet, d.row,
    d.employees, d.rd_technical_staff, d.rd_person_years,
    d.revenue_wan_cny, d.value_added_wan_cny, d.total_cost_wan_cny, d.rd_spend_wan_cny
from led_submission s
join reg_centre c on c.centre = s.centre
join reg_unit u on u.unit = s.unit
join reg_quarter q on q.quarter = s.quarter
join stg_return__unit d on d.submission = s.submission;
