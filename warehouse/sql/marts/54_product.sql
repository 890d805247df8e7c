-- One row a product and return: its sales in the quarter.

create table mart_product as
select
    r.submission, r.unit, r.centre, r.quarter, r.field, r.unit_city,
    'industrialisation' as sheet, d.* exclude (submission)
from stg_return__industrialisation d
join mart_return r on r.submission = d.submission;
