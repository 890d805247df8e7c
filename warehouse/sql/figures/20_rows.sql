-- One row a part, with the number of each scope it counts in (null: not asked for at that level). Breakdowns stop above
-- the single unit. `place` orders rows that claim the same key: the first by centre, unit and row stands, whichever file
-- came first.

create temp table fig_part as
select
    d.id, d.adds, d.ever, d.rolling, q.i, q.year, hash(p.key) as key, p.numerator, p.denominator, p.n,
    coalesce(c.before, false) as before, coalesce(c.after, false) as after,
    coalesce(c.year_before, false) as year_before, coalesce(c.year_after, false) as year_after,
    coalesce(c.place * 100000 + p.row, 0) as place,
    province.scope_id as province, field.scope_id as field, city.scope_id as city, centre.scope_id as centre,
    unit.scope_id as unit
from parts p
join fig_def d on d.indicator = p.indicator and d.definition = p.definition and d.part = p.part
join fig_quarter q on q.quarter = p.quarter
left join fig_cohort c on c.unit = p.by_unit and c.centre = p.by_centre and c.quarter = p.quarter
left join fig_scope province on province.level = 'province' and list_contains(d.rows_at, 'province')
left join fig_scope field on field.level = 'field' and field.scope = p.field and list_contains(d.rows_at, 'field')
left join fig_scope city on city.level = 'city' and city.scope = p.city and list_contains(d.rows_at, 'city')
left join fig_scope centre
    on centre.level = 'centre' and centre.scope = p.centre and list_contains(d.rows_at, 'centre')
left join fig_scope unit
    on unit.level = 'unit' and unit.scope = p.by_unit and list_contains(d.rows_at, 'unit') and d.part = '';

-- One row a part and scope.
create temp table fig_row as
select province as scope_id, * exclude (province, field, city, centre, unit) from fig_part where province is not null
union all
select field as scope_id, * exclude (province, field, city, centre, unit) from fig_part where field is not null
union all
select city as scope_id, * exclude (province, field, city, centre, unit) from fig_part where city is not null
union all
select centre as scope_id, * exclude (province, field, city, centre, unit) from fig_part where centre is not null
union all
select unit as scope_id, * exclude (province, field, city, centre, unit) from fig_part where unit is not null;
