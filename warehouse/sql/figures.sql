-- Every figure: indicator × quarter × period × level × scope, by the indicator's kind; one query for all of them.
-- A ratio keeps numerator and denominator; its one division is done in decimals by the reader of this table.
-- Where accepted returns (or the registry) cover a scope, nothing found is a true 0; where nothing covers it, no row.

create table figures as
with periods as (
    select quarter, 'quarter' as period, quarter as first from reg_quarter
    union all
    select quarter, 'ytd', left(quarter, 4) || '-Q1' from reg_quarter
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
        s.indicator, i.kind, t.quarter, t.period, s.level, s.scope, s.numerator, s.denominator
    from scoped s
    join def_indicator i on i.indicator = s.indicator
    join periods t
        on s.quarter <= t.quarter
        and s.quarter >= case when i.kind = 'stock' then t.quarter else t.first end
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
    where i.from_registry or exists (
        select 1 from mart_return r
        where r.quarter between t.first and t.quarter
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
