-- One figure taken apart: every row that stands for it in its period and scope, the first of each key with what it adds,
-- the others with 0. What figures/*.sql adds up in bulk is said here for one figure; whoever asks compares the two.
-- $shift and $needs as in fig_period ($needs 'year': the year to date); $i the quarter's number; $per_quarter: a key may
-- count again in another quarter.

with held as (
    select
        p.*, q.i, q.year, coalesce(c.place * 100000 + p.row, 0) as place,
        coalesce(c.before, false) as before, coalesce(c.after, false) as after,
        coalesce(c.year_before, false) as year_before, coalesce(c.year_after, false) as year_after
    from parts p
    join fig_quarter q on q.quarter = p.quarter
    left join fig_cohort c on c.unit = p.by_unit and c.centre = p.by_centre and c.quarter = p.quarter
    where p.indicator = $indicator and p.part = $part
        and case $level
            when 'province' then not $top or p.city is not null
            when 'field' then p.field = $scope
            when 'city' then p.city = $scope
            when 'centre' then p.centre = $scope
            else p.by_unit = $scope
        end
),

counted as (
    from held where not $ever
    union all
    from (from held where $ever qualify i = min(i) over (partition by key)) where n <> 0
),

asked as (
    from counted
    where case
        when $needs = 'year' then year = left($quarter, 4) and i <= $i
        else i + $shift = $i and in_period($needs, before, after, year_before, year_after)
    end
),

once as (
    select
        *,
        row_number() over (
            partition by key, case when $top then city end, case when $per_quarter then i end
            order by i, place, submission, sheet, row
        ) = 1 as stands
    from asked
),

strongest as (
    select city from once where stands and $top group by city order by count(*) desc, city limit 1
)

select
    quarter, by_unit, coalesce(by_centre, centre) as by_centre, field, city, key, submission, sheet, row, rests_on,
    case
        when not stands or ($top and city <> (from strongest)) then 0
        else numerator
    end as numerator,
    case when stands then denominator else denominator * 0 end as denominator,
    case when stands then n else 0 end as n,
    stands
from once
order by i, by_centre, by_unit, sheet, row, key
