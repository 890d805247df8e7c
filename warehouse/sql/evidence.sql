-- All rows that figures of one quarter ($i its number) are made of, each with the levels at which it is counted: of rows
-- with one key the first stands, and what counts once for ever stands in its first quarter only (figures/20 to 40 say the
-- same in bulk).

with held as (
    select
        p.*, q.i, d.ever, d.top, d.position,
        coalesce(c.place * 100000 + p.row, 0) as place
    from parts p
    join fig_quarter q on q.quarter = p.quarter
    join def_indicator d on d.indicator = p.indicator
    left join fig_cohort c on c.unit = p.by_unit and c.centre = p.by_centre and c.quarter = p.quarter
    where p.definition = '' and (q.i = $i or (d.ever and q.i < $i))
),

first_seen as (
    select
        *,
        not ever or i = min(i) over (partition by indicator, part, key) as in_province,
        not ever or i = min(i) over (partition by indicator, part, field, key) as in_field,
        not ever or i = min(i) over (partition by indicator, part, city, key) as in_city,
        not ever or i = min(i) over (partition by indicator, part, centre, key) as in_centre
    from held
),

asked as (
    from first_seen
    where i = $i and (in_province or in_field or in_city or in_centre) and (not ever or n <> 0)
)

select
    indicator, part, quarter, by_unit, coalesce(by_centre, centre) as by_centre, field, city, key, submission, sheet, row, rests_on,
    coalesce(numerator, 0) as numerator, denominator, n, true as stands,
    in_province and row_number() over (
        partition by indicator, part, key, case when top then city end order by place, coalesce(by_centre, centre), submission, sheet, row
    ) = 1 as in_province,
    in_field and row_number() over (
        partition by indicator, part, field, key order by place, coalesce(by_centre, centre), submission, sheet, row
    ) = 1 as in_field,
    city is not null and in_city and row_number() over (
        partition by indicator, part, city, key order by place, coalesce(by_centre, centre), submission, sheet, row
    ) = 1 as in_city,
    centre is not null and in_centre and row_number() over (
        partition by indicator, part, centre, key order by place, coalesce(by_centre, centre), submission, sheet, row
    ) = 1 as in_centre
from asked
order by position, part, by_centre, by_unit, sheet, row, key
