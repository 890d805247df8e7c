-- One row an expected return: how it stands.

create table mart_expected as
select r.*, c.field, u.city as unit_city
from led_return r
join reg_centre c on c.centre = r.centre
join reg_unit u on u.unit = r.unit;
