-- One row an expected return: how it stands. `received` counts files, also those returned or held.

create table mart_expected as
select
    r.* replace (coalesce(r.on_time, false) as on_time, coalesce(r.first_pass, false) as first_pass),
    r.received > 0 as came, c.field, u.city as unit_city, 'returns' as sheet, null::integer as row
from led_return r
join reg_centre c on c.centre = r.centre
join reg_unit u on u.unit = r.unit;
