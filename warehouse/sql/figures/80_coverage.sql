-- What part of each total is there: one row a total of the quarter at each level a return can be missed at. `plain` and
-- `warned` add up to the figure: of returns accepted without and with warnings (a key that several report stands with
-- the row that counts). `missing` is what returns that are due and not in use last reported, in the newest of the four
-- quarters before that they were in use in, as far as nobody reports the same key now; `returns` counts them, and
-- `unknown` those that were not in use in any of these quarters.

create table coverage as
with absent as (
    select
        q.i, r.unit, r.centre, r.field, any_value(c.place) as place, max(c.i) as last,
        exists (
            select 1 from reg_membership m
            where m.centre = r.centre and m.unit = r.unit
                and m."from" <= q.last_day and (m."to" is null or m."to" >= q.last_day)
        ) as on_last_day
    from mart_expected r
    join fig_quarter q on q.quarter = r.quarter
    left join fig_cohort c on c.unit = r.unit and c.centre = r.centre and c.i between q.i - 4 and q.i - 1
    where r.state <> 'accepted'
    group by all
),

total as (
    select id, indicator, adds, warm_up from fig_def where bounded and part = ''
),

place as (
    select * from fig_scope where level in ('province', 'field', 'centre')
),

asked as (
    select
        t.id, s.scope_id, a.i, a.place, a.unit, a.centre,
        case when a.last > t.warm_up then a.last end as last
    from absent a
    join place s on (s.level, s.scope) in (('province', 'province'), ('field', a.field), ('centre', a.centre))
    join total t on t.adds <> 'stock' or a.on_last_day
),

how_many as (
    select id, scope_id, i, count(*) as returns, count(*) filter (where last is null) as unknown
    from asked
    group by id, scope_id, i
),

told as (
    select distinct on (a.id, a.scope_id, a.i, r.key) a.id, a.scope_id, a.i, r.numerator
    from asked a
    join fig_counted r on r.id = a.id and r.scope_id = a.scope_id and r.i = a.last and r.place // 100000 = a.place
    anti join fig_counted now on now.id = r.id and now.scope_id = r.scope_id and now.i = a.i and now.key = r.key
    order by a.id, a.scope_id, a.i, r.key, a.last desc, r.place
),

missing as (
    select id, scope_id, i, sum(numerator) as missing from told group by id, scope_id, i
),

standing as (
    select distinct on (r.id, r.scope_id, r.i, r.key) r.id, r.scope_id, r.i, r.numerator, r.place // 100000 as place
    from fig_counted r
    semi join total t on t.id = r.id
    semi join place s on s.scope_id = r.scope_id
    order by r.id, r.scope_id, r.i, r.key, r.place
),

warned as (
    select r.id, r.scope_id, r.i, sum(r.numerator) as warned
    from standing r
    join fig_cohort c on c.place = r.place and c.i = r.i
    join led_submission s on s.unit = c.unit and s.centre = c.centre and s.quarter = c.quarter
    where s.warned
    group by r.id, r.scope_id, r.i
)

select
    f.indicator, f.quarter, f.level, f.scope, cast(f.value - coalesce(w.warned, 0) as decimal(24, 4)) as plain,
    cast(coalesce(w.warned, 0) as decimal(24, 4)) as warned, cast(coalesce(m.missing, 0) as decimal(24, 4)) as missing,
    coalesce(h.returns, 0) as returns, coalesce(h.unknown, 0) as unknown
from figures f
join total t on t.indicator = f.indicator
join fig_quarter q on q.quarter = f.quarter
join place s on s.level = f.level and s.scope = f.scope
left join warned w on w.id = t.id and w.scope_id = s.scope_id and w.i = q.i
left join missing m on m.id = t.id and m.scope_id = s.scope_id and m.i = q.i
left join how_many h on h.id = t.id and h.scope_id = s.scope_id and h.i = q.i
where f.period = 'quarter' and f.part = '' and f.value is not null
order by f.indicator, f.quarter, f.level, f.scope;
