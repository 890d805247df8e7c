-- One row a movement of a centre's risk fund and quarter at whose end it counts: the registered opening balance (a line of
-- the registry; its unit is the operating company of that day), then every payment in or out since. A fund whose return is missing
-- keeps what was known of it.

create table mart_risk_fund as
select
    q.quarter, o.centre, c.field,
    (
        select min(m.unit) from reg_membership m
        where m.centre = o.centre and m.role = '运营主体'
            and m."from" <= q.last_day and (m."to" is null or m."to" >= q.last_day)
    ) as unit,
    null::text as submission, 'openings' as sheet, o.row,
    'opening' as movement, o.risk_fund_wan_cny as change_wan_cny
from reg_opening o
join reg_centre c on c.centre = o.centre
join reg_quarter q on q.last_day >= o.as_of
union all
select
    q.quarter, f.centre, f.field, f.unit, f.submission, f.sheet, f.row,
    concat_ws('|', f.unit, f.quarter, f.event_no),
    case f.kind when '风险金缴存' then f.amount_wan_cny else -f.amount_wan_cny end
from mart_finance f
join reg_quarter q on q.quarter >= f.quarter
left join reg_opening o on o.centre = f.centre
where f.kind in ('风险金缴存', '风险金赔付') and (o.as_of is null or f.event_date > o.as_of);
