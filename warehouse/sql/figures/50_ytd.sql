-- The year to date. What a quarter adds to it: all of the quarter's figure for flows, ratios and what counts once for
-- ever; of other distinct counts only keys not seen earlier in the year. Stocks and figures of a quarter's last day or of
-- four quarters (`rolling`) are the last quarter's.

insert into fig_added
with new_in_year as (
    select id, scope_id, min(i) as i
    from fig_counted
    where adds = 'distinct' and not rolling
        and id not in (select id from fig_def where ever)
    group by id, scope_id, year, key
),

adding as (
    select id, scope_id, i, count(*) as numerator, null as denominator, count(*) as n
    from new_in_year
    group by id, scope_id, i
    union all
    select a.id, a.scope_id, a.i, a.numerator, a.denominator, a.n
    from fig_added a
    join fig_def d on d.id = a.id
    where a.period = 'quarter' and not d.rolling and (d.adds in ('flow', 'ratio') or (d.adds = 'distinct' and d.ever))
)

select a.id, a.scope_id, 'ytd', q.i, sum(a.numerator), sum(a.denominator), sum(a.n)
from adding a
join fig_quarter f on f.i = a.i
join fig_quarter q on q.year = f.year and q.i >= f.i
group by a.id, a.scope_id, q.i
union all
select a.id, a.scope_id, 'ytd', a.i, a.numerator, a.denominator, a.n
from fig_added a
join fig_def d on d.id = a.id
where a.period = 'quarter' and (d.rolling or d.adds = 'stock');

-- Medians are taken from rows, pooled over the period.
create temp table fig_middle as
with asked as (
    select r.id, r.scope_id, p.period, r.i + p.shift as asked_i, r.i, r.key, r.place, r.numerator
    from fig_counted r
    join fig_period p on in_period(p.needs, r.before, r.after, r.year_before, r.year_after)
    where r.adds = 'median'
    union all
    select r.id, r.scope_id, 'ytd', q.i, r.i, r.key, r.place, r.numerator
    from fig_counted r
    join fig_quarter q on q.year = r.year and q.i >= r.i
    where r.adds = 'median'
),

once as (
    select distinct on (id, scope_id, period, asked_i, key) *
    from asked
    order by id, scope_id, period, asked_i, key, i, place
)

select id, scope_id, period, asked_i as i, median(numerator) as middle, sum(numerator) as numerator, count(*) as n
from once
group by id, scope_id, period, asked_i;
