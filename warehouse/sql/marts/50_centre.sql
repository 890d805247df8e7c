-- One row a centre and quarter: the stage it was in on the quarter's last day.

create table mart_centre as
select q.quarter, c.centre, c.field, c.city as centre_city, s.stage, s."from" as since
from reg_quarter q
join reg_stage s on s."from" <= q.last_day and (s."to" is null or s."to" >= q.last_day)
join reg_centre c on c.centre = s.centre;
