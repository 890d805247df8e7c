-- Which figures exist: where accepted returns (or registry and ledger) cover a scope, nothing found is a true 0; where
-- nothing covers it, no row. `span` tells the quarters a period looks at.

create temp table fig_span as
select q.i, p.period, q.i - p.shift as first, q.i - p.shift as last, p.needs
from fig_quarter q
cross join fig_period p
where q.i > p.shift
union all
select q.i, 'ytd', min(f.i), q.i, 'always'
from fig_quarter q
join fig_quarter f on f.year = q.year
group by q.i;

-- One row a scope, period and quarter that an accepted return covers; `whose_city` a unit of that city.
create temp table fig_covered as
with seen as (
    select s.period, s.i, c.quarter, c.i = s.i as last, c.centre, c.field, c.unit_city, c.unit
    from fig_span s
    join fig_cohort c
        on c.i between s.first and s.last and in_period(s.needs, c.before, c.after, c.year_before, c.year_after)
),

scoped as (
    select period, i, last, 'province' as level, 'province' as scope from seen
    union all
    select period, i, last, 'field', field from seen
    union all
    select period, i, last, 'city', unit_city from seen
    union all
    select period, i, last, 'centre', centre from seen
    union all
    select period, i, last, 'unit', unit from seen where period in ('quarter', 'ytd')
)

select s.period, s.i, n.scope_id, s.level, bool_or(s.last or s.period <> 'ytd') as at_end
from scoped s
join fig_scope n on n.level = s.level and n.scope = s.scope
group by all;
