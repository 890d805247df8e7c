-- What part of each total is there: one row a total of the quarter at each level a return can be missed at. `plain` and
-- `warned` add up to the figure: of returns accepted without and with warnings. `missing` is what returns that are due and
-- not in use last reported, as far as nobody reports the same key now; `returns` counts them, and `unknown` those that
-- were not in use in any of the four quarters before.

create table coverage as
with how_many as (
    select id, scope_id, i, count(*) as returns, count(*) filter (where last is null) as unknown
    from fig_lacking
    group by id, scope_id, i
),

told as (
    select distinct on (a.id, a.scope_id, a.i, r.key) a.id, a.scope_id, a.i, r.numerator
    from fig_lacking a
    join fig_counted r on r.id = a.last_id and r.scope_id = a.scope_id and r.i = a.last and r.place // 100000 = a.place
    anti join fig_counted now on now.id = a.id and now.scope_id = r.scope_id and now.i = a.i and now.key = r.key
    order by a.id, a.scope_id, a.i, r.key, a.last desc, r.place
),

missing as (
    select id, scope_id, i, sum(numerator) as missing from told group by id, scope_id, i
),

-- of keys on several rows (fig_shared) the first row stands, as in 40_once
standing as (
    select r.id, r.scope_id, r.i, r.numerator, r.place
    from fig_counted r
    anti join fig_shared s on s.id = r.id and s.scope_id = r.scope_id and s.i = r.i and s.key = r.key
    union all
    select id, scope_id, i, numerator, place
    from (
        select distinct on (r.id, r.scope_id, r.i, r.key) r.*
        from fig_counted r
        semi join fig_shared s on s.id = r.id and s.scope_id = r.scope_id and s.i = r.i and s.key = r.key
        order by r.id, r.scope_id, r.i, r.key, r.place
    )
),

warned as (
    select r.id, r.scope_id, r.i, sum(r.numerator) as warned
    from standing r
    join fig_cohort c on c.place = r.place // 100000 and c.i = r.i
    join led_submission s on s.unit = c.unit and s.centre = c.centre and s.quarter = c.quarter
    where s.warned
    group by r.id, r.scope_id, r.i
)

select
    f.indicator, f.quarter, f.level, f.scope, cast(f.value - coalesce(w.warned, 0) as decimal(24, 4)) as plain,
    cast(coalesce(w.warned, 0) as decimal(24, 4)) as warned, cast(coalesce(m.missing, 0) as decimal(24, 4)) as missing,
    coalesce(h.returns, 0) as returns, coalesce(h.unknown, 0) as unknown
from figures f
join fig_quarter q on q.quarter = f.quarter
join fig_def t on t.indicator = f.indicator and t.bounded and t.part = '' and t.definition = ''
    and t.valid_from <= q.last_day and (t.valid_to is null or t.valid_to >= q.last_day)
join fig_scope s on s.level = f.level and s.scope = f.scope
left join warned w on w.id = t.id and w.scope_id = s.scope_id and w.i = q.i
left join missing m on m.id = t.id and m.scope_id = s.scope_id and m.i = q.i
left join how_many h on h.id = t.id and h.scope_id = s.scope_id and h.i = q.i
where f.period = 'quarter' and f.part = '' and f.level in ('province', 'field', 'centre') and f.value is not null
order by f.indicator, f.quarter, f.level, f.scope;
