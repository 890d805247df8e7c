-- Four rows a member enterprise (on the quarter's last day) with accepted returns in the quarter and the three before:
-- one a quarter of the year that ends with `quarter`; `sheet_quarter` is the quarter the row's sheet is of. A unit of two
-- centres says the same to both, so any one of its returns stands for a quarter.

create table mart_unit_year as
with numbered as (
    select quarter, last_day, row_number() over (order by quarter) as i from reg_quarter
),

said as (
    select distinct on (r.unit, r.quarter) r.*, n.i
    from mart_return r
    join numbered n on n.quarter = r.quarter
    order by r.unit, r.quarter, r.centre
),

years as (
    select
        r.unit, r.centre, r.quarter, r.last_day, r.field, r.unit_city,
        y.quarter as sheet_quarter, y.submission, y.sheet, y.row, y.value_added_wan_cny, y.employees,
        count(*) over mine as quarters, sum(y.revenue_wan_cny) over mine as year_revenue_wan_cny,
        list(src(y.submission, y.sheet, y.row)) over mine as told
    from mart_return r
    join numbered n on n.quarter = r.quarter
    join said y on y.unit = r.unit and y.i between n.i - 3 and n.i
    where r.unit_kind = '企业' and r.on_last_day
    window mine as (partition by r.unit, r.centre, r.quarter)
)

select y.* exclude (told), list_sort(y.told) as rests_on
from years y
where y.quarters = 4;
