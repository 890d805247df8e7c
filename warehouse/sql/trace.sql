-- Figures taken apart: of each that is asked for, every row that stands for it in its period and scope, the first of each
-- key with what it adds, the others with 0. What figures/*.sql adds up in bulk is said here row by row; whoever asks
-- compares the two. `trace_asked`: shift and needs as in fig_period (needs 'year': the year to date); i the quarter's
-- number; per_quarter: a key may count again in another quarter.

with held as (
    select
        a.id, a.level, a.quarter as of_quarter, a.i as of_i, a.shift, a.needs, a.top, a.ever, a.per_quarter,
        p.*, q.i, q.year, coalesce(c.place * 100000 + p.row, 0) as place,
        coalesce(c.before, false) as before, coalesce(c.after, false) as after,
        coalesce(c.year_before, false) as year_before, coalesce(c.year_after, false) as year_after
    from trace_asked a
    join parts p on p.indicator = a.indicator and p.definition = a.definition and p.part = a.part
    join fig_quarter q on q.quarter = p.quarter
    left join fig_cohort c on c.unit = p.by_unit and c.centre = p.by_centre and c.quarter = p.quarter
    where
        case a.level
            when 'province' then not a.top or p.city is not null
            when 'field' then p.field = a.scope
            when 'city' then p.city = a.scope
            when 'centre' then p.centre = a.scope
            else p.by_unit = a.scope
        end
),

counted as (
    from held where not ever
    union all
    from (from held where ever qualify i = min(i) over (partition by id, key)) where n <> 0
),

asked as (
    from counted
    where case
        when needs = 'year' then year = left(of_quarter, 4) and i <= of_i
        else i + shift = of_i and in_period(needs, before, after, year_before, year_after)
    end
),

once as (
    select
        *,
        row_number() over (
            partition by id, key, case when top then city end, case when per_quarter then i end
            order by i, place, coalesce(by_centre, centre), submission, sheet, row
        ) = 1 as stands
    from asked
),

strongest as (
    select distinct on (id) id, city
    from (select id, city, count(*) as times from once where stands and top group by id, city)
    order by id, times desc, city
)

select
    o.id, o.quarter, o.by_unit, coalesce(o.by_centre, o.centre) as by_centre, o.field, o.city, o.key, o.submission,
    o.sheet, o.row, o.rests_on,
    case
        when not o.stands or (o.top and o.city <> s.city) then 0
        else coalesce(o.numerator, 0)  -- a blank adds nothing
    end as numerator,
    case when o.stands then o.denominator else o.denominator * 0 end as denominator,
    case when o.stands then o.n else 0 end as n,
    o.stands
from once o
left join strongest s on s.id = o.id
order by o.id, o.i, o.by_centre, o.by_unit, o.sheet, o.row, o.key
