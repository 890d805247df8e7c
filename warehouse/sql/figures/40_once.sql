-- One row a figure and period but the year to date: rows added up, each key once. `lone` keys stand on one row of their
-- quarter and can be added up before they are asked for; of the others the first row of each period is taken.

create temp table fig_shared as
select id, scope_id, i, key from fig_counted where adds <> 'median' group by all having count(*) > 1;

create temp table fig_added as
with lone as (
    select
        r.id, r.scope_id, r.i, r.before, r.after, r.year_before, r.year_after,
        sum(r.numerator) as numerator, sum(r.denominator) as denominator, sum(r.n) as n
    from fig_counted r
    anti join fig_shared s on s.id = r.id and s.scope_id = r.scope_id and s.i = r.i and s.key = r.key
    where r.adds <> 'median'
    group by all
),

shared as (
    select r.*
    from fig_counted r
    semi join fig_shared s on s.id = r.id and s.scope_id = r.scope_id and s.i = r.i and s.key = r.key
),

picked as (
    select r.id, r.scope_id, p.period, r.i + p.shift as i, r.numerator, r.denominator, r.n
    from lone r
    join fig_period p on in_period(p.needs, r.before, r.after, r.year_before, r.year_after)
    union all
    select id, scope_id, period, i, numerator, denominator, n
    from (
        select distinct on (r.id, r.scope_id, p.period, r.i, r.key)
            r.id, r.scope_id, p.period, r.i + p.shift as i, r.numerator, r.denominator, r.n
        from shared r
        join fig_period p on in_period(p.needs, r.before, r.after, r.year_before, r.year_after)
        order by r.id, r.scope_id, p.period, r.i, r.key, r.place
    )
)

select id, scope_id, period, i, sum(numerator) as numerator, sum(denominator) as denominator, sum(n) as n
from picked
group by all;
