-- One row a centre and quarter: the stage it was in on the quarter's last day, and whether all four kinds of partner
-- (enterprise, institute, university, finance) were members that day. It stands in the line of its stage and `rests_on` the lines of centre and partners.

create table mart_centre as
with kinds as (
    select q.quarter, m.centre, count(distinct u.kind) as kinds,
        list(src(null, 'memberships', m.row) order by m.row) || list(src(null, 'units', u.row) order by u.row) as told
    from reg_quarter q
    join reg_membership m on m."from" <= q.last_day and (m."to" is null or m."to" >= q.last_day)
    join reg_unit u on u.unit = m.unit
    where u.kind in ('企业', '科研院所', '高校', '金融机构')
    group by q.quarter, m.centre
)

select
    q.quarter, c.centre, c.field, c.branch, c.legal_form, c.city as centre_city, s.stage, s."from" as since,
    s.stage in ('省级', '国家级') as recognised, coalesce(k.kinds = 4, false) as all_kinds,
    null::text as submission, 'stages' as sheet, s.row,
    list_concat([src(null, 'centres', c.row)], coalesce(k.told, [])) as rests_on
from reg_quarter q
join reg_stage s on s."from" <= q.last_day and (s."to" is null or s."to" >= q.last_day)
join reg_centre c on c.centre = s.centre
left join kinds k on k.quarter = q.quarter and k.centre = c.centre;
