-- One row a part and scope it counts in. Breakdowns stop above the single unit. `place` orders rows that claim the same
-- key: the first by centre, unit and row stands, whichever file came first.

create temp table fig_part as
select
    d.id, d.adds, d.ever, d.rolling, d.rows_at, d.part, q.i, q.year, p.by_unit, p.centre, p.field, p.city,
    hash(p.key) as key, p.numerator, p.denominator, p.n,
    coalesce(c.before, false) as before, coalesce(c.after, false) as after,
    coalesce(c.year_before, false) as year_before, coalesce(c.year_after, false) as year_after,
    coalesce(c.place * 100000 + p.row, 0) as place
from parts p
join fig_def d on d.indicator = p.indicator and d.part = p.part
join fig_quarter q on q.quarter = p.quarter
left join fig_cohort c on c.unit = p.by_unit and c.centre = p.by_centre and c.quarter = p.quarter;

create temp table fig_row as
with scoped as (
    select *, 'province' as level, 'province' as scope from fig_part
    union all
    select *, 'field', field from fig_part
    union all
    select *, 'city', city from fig_part
    union all
    select *, 'centre', centre from fig_part
    union all
    select *, 'unit', by_unit from fig_part where part = ''
)

select
    r.id, r.adds, r.rolling, r.ever, r.i, r.year, s.scope_id, r.key, r.place, r.numerator, r.denominator, r.n,
    r.before, r.after, r.year_before, r.year_after
from scoped r
join fig_scope s on s.level = r.level and s.scope = r.scope
where list_contains(r.rows_at, r.level);
