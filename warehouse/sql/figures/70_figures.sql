-- Every figure: indicator × quarter × period × level × scope × part. A ratio keeps numerator and denominator; its one
-- division is done in decimals by the reader of this table. Of a single unit the quarter and the year to date are kept:
-- like for like it is the same figure. What a figure is compared with over a break in its definition is measured by the
-- definition in force since; `overlap` is the whole quarter before the break, so measured.

create table figures as
with asked as (
    -- from returns, but a recipient's city: the scope must be covered
    select d.id, c.period, c.i, c.scope_id, c.level
    from fig_def d
    join fig_covered c on list_contains(d.levels, c.level) and (c.level <> 'city' or d.city = 'unit_city')
    where not d.from_registry and (c.at_end or not (d.rolling or d.adds = 'stock'))
    union all
    -- a recipient's city: any return of the province covers it
    select d.id, c.period, c.i, s.scope_id, 'city'
    from fig_def d
    join fig_covered c on c.level = 'province'
    join fig_scope s on s.level = 'city'
    where not d.from_registry and d.city <> 'unit_city' and list_contains(d.levels, 'city')
        and (c.at_end or not (d.rolling or d.adds = 'stock'))
    union all
    -- registry and ledger know every scope; of a city outside the province, only where the registry names it
    select d.id, p.period, q.i, s.scope_id, s.level
    from fig_def d
    cross join fig_quarter q
    cross join (values ('quarter'), ('ytd')) p (period)
    join fig_scope s on list_contains(d.levels, s.level)
    where d.from_registry
        and ((s.level, s.scope) in (from def_scope) or (d.id, s.scope_id) in (select id, scope_id from fig_counted))
),

-- The quarters whose comparison looks back over a break.
over_break as (
    select b.indicator, b.definition, p.period, q.i
    from def_break b
    join fig_quarter q on q.i >= b.i and (b.until_i is null or q.i < b.until_i)
    join fig_period p on q.i - p.shift < b.i
),

told as (
    select a.*, a.period as told_as, a.i as told_in
    from asked a
    join fig_def d on d.id = a.id
    left join over_break o on o.indicator = d.indicator and o.period = a.period and o.i = a.i
    where d.definition = coalesce(o.definition, '')
    union all
    select a.*, 'overlap', d.since_i
    from asked a
    join fig_def d on d.id = a.id and d.since_i = a.i + 1
    where a.period = 'quarter'
),

strongest as (
    select a.id, p.scope_id, a.period, a.i, max(a.numerator) as numerator, sum(a.numerator) as denominator, sum(a.n) as n
    from fig_added a
    join fig_def d on d.id = a.id and d.top
    join fig_scope p on p.level = 'province'
    group by a.id, p.scope_id, a.period, a.i
),

added as (
    select a.* from fig_added a join fig_def d on d.id = a.id and not d.top
    union all by name
    select * from strongest
    union all by name
    select id, scope_id, period, i, numerator, null as denominator, n from fig_middle
)

select
    d.indicator, q.quarter, k.told_as as period, k.level, s.scope, d.part,
    cast(coalesce(a.numerator, 0) as decimal(24, 4)) as numerator,
    cast(a.denominator as decimal(24, 4)) as denominator,
    cast(coalesce(a.n, 0) as bigint) as n,
    cast(
        case
            when coalesce(a.n, 0) < d.min_n or sp.first <= d.warm_up then null
            when d.kind in ('flow', 'stock', 'distinct') then coalesce(a.numerator, 0)
            when d.kind = 'median' then m.middle
        end as decimal(24, 4)
    ) as value
from told k
join fig_def d on d.id = k.id
join fig_quarter q on q.i = k.told_in and d.valid_from <= q.last_day and (d.valid_to is null or d.valid_to >= q.last_day)
join fig_scope s on s.scope_id = k.scope_id
join fig_span sp on sp.i = k.i and sp.period = k.period
left join added a on a.id = k.id and a.scope_id = k.scope_id and a.period = k.period and a.i = k.i
left join fig_middle m on m.id = k.id and m.scope_id = k.scope_id and m.period = k.period and m.i = k.i
where d.part = '' or k.level <> 'unit'
order by d.position, q.quarter, k.level, s.scope, k.told_as, d.part;
