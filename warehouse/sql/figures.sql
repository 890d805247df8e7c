-- Every figure: indicator × quarter × period × level × scope, by the indicator's kind; one query for all of them.
-- A ratio keeps numerator and denominator; its one division is done in decimals by the reader of this table.
-- Where accepted returns (or the registry) cover a scope, nothing found is a true 0; where nothing covers it, no row.

create table figures as
with quarters as (
    select quarter, lag(quarter) over (order by quarter) as before from reg_quarter
),

periods as (
    select quarter, 'quarter' as period, quarter as first, quarter as last from quarters
    union all
    select quarter, 'ytd', left(quarter, 4) || '-Q1', quarter from quarters
    union all
    -- 同口径: only returns accepted both times, this quarter and the quarter before.
    select quarter, 'like', quarter, quarter from quarters where before is not null
    union all
    select quarter, 'like_before', before, before from quarters where before is not null
),

cohort as (
    select q.quarter, n.unit, n.centre
    from quarters q
    join mart_return n on n.quarter = q.quarter
    join mart_return b on b.quarter = q.before and b.unit = n.unit and b.centre = n.centre
),

scoped as (
    select p.*, 'province' as level, 'province' as scope from parts p
    union all
    select p.*, 'field', p.field from parts p where p.field is not null
    union all
    select p.*, 'city', p.city from parts p where p.city is not null
    union all
    select p.*, 'centre', p.centre from parts p where p.centre is not null
),

once as (
    select distinct on (s.indicator, t.quarter, t.period, s.level, s.scope, s.key)
        s.indicator, i.kind, t.quarter, t.period, s.level, s.scope,
        s.numerator, s.denominator
    from scoped s
    join def_indicator i on i.indicator = s.indicator
    join periods t
        on s.quarter <= t.last
        and s.quarter >= case when i.kind = 'stock' then t.last else t.first end
    where t.period not in ('like', 'like_before') or exists (
        select 1 from cohort c where c.quarter = t.quarter and c.unit = s.by_unit and c.centre = s.by_centre
    )
    order by s.indicator, t.quarter, t.period, s.level, s.scope, s.key, s.quarter, s.submission, s.row
),

added as (
    select
        indicator, quarter, period, level, scope,
        sum(numerator) as numerator, sum(denominator) as denominator,
        median(numerator) as middle, count(*) as n
    from once
    group by indicator, quarter, period, level, scope
),

scopes as (
    select level, scope from def_scope
    union
    select level, scope from scoped
),

covered as (
    select i.indicator, i.kind, i.min_n, t.quarter, t.period, c.level, c.scope
    from def_indicator i
    cross join periods t
    join scopes c on list_contains(i.levels, c.level)
    where (i.from_registry and t.period in ('quarter', 'ytd')) or exists (
        select 1 from mart_return r
        where not i.from_registry and r.quarter between t.first and t.last
            and (t.period not in ('like', 'like_before') or exists (
                select 1 from cohort co
                where co.quarter = t.quarter and co.unit = r.unit and co.centre = r.centre
            ))
            and case c.level
                when 'centre' then r.centre = c.scope
                when 'field' then r.field = c.scope
                when 'city' then i.city <> 'unit_city' or r.unit_city = c.scope
                else true
            end
    )
)

select
    c.indicator, c.quarter, c.period, c.level, c.scope,
    coalesce(a.numerator, 0) as numerator, a.denominator, coalesce(a.n, 0) as n,
    cast(
        case
            when c.kind in ('flow', 'stock') then coalesce(a.numerator, 0)
            when c.kind = 'distinct' then coalesce(a.n, 0)
            when c.kind = 'median' and a.n >= c.min_n then a.middle
        end as decimal(24, 4)
    ) as value
from covered c
left join added a using (indicator, quarter, period, level, scope)
order by all;
