-- One row an accepted return: what the unit says of itself, with what the registry says of unit and centre.

create table mart_return as
select
    s.submission, s.unit, s.centre, s.quarter, s.role,
    c.field, c.city as centre_city, u.city as unit_city, u.kind as unit_kind,
    d.row,
    d.employees, d.rd_technical_staff, d.rd_person_years,
    d.revenue_wan_cny, d.value_added_wan_cny, d.total_cost_wan_cny, d.rd_spend_wan_cny
from led_submission s
join reg_centre c on c.centre = s.centre
join reg_unit u on u.unit = s.unit
join stg_return__unit d on d.submission = s.submission;
