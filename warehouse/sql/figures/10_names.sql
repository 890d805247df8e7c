-- Short numbers for what figures are named by, so that millions of rows can be added up by integers.

create temp table fig_quarter as
select quarter, last_day, left(quarter, 4) as year, row_number() over (order by quarter)::integer as i
from reg_quarter;

-- `adds`: how rows are brought together, `rows_at`: the levels they are added up at; the strongest city is found among
-- the distinct counts of all cities.
-- What was measured once more by a new definition is another figure: `since_i` is the first quarter of that definition.
create temp table fig_def as
with measured as (
    select indicator, '' as definition, null::integer as since_i from def_indicator
    union all
    select indicator, definition, i from def_break
)

select
    p.indicator, m.definition, m.since_i, p.part,
    row_number() over (order by p.indicator, m.definition, p.part)::integer as id, p.valid_from, p.valid_to,
    i.* exclude (indicator),
    case when i.top then 'distinct' else i.kind end as adds,
    case when i.top then ['city'] else i.levels end as rows_at
from def_part p
join def_indicator i on i.indicator = p.indicator
join measured m on m.indicator = p.indicator;

create temp table fig_scope as
with named as (
    from def_scope
    union
    -- a recipient outside the province is a scope where it is found, and nowhere else
    select 'city', city from parts where city is not null
)

select level, scope, row_number() over (order by level, scope)::integer as scope_id from named;

-- One row an accepted return: whether the same unit of the same centre has one a quarter or a year before or after.
-- `place` orders the units of all centres.
create temp table fig_cohort as
with reported as (
    select r.unit, r.centre, r.field, r.unit_city, q.quarter, q.i
    from mart_return r
    join fig_quarter q on q.quarter = r.quarter
)

select
    r.*, dense_rank() over (order by r.centre, r.unit) as place, b.i is not null as before, a.i is not null as after,
    yb.i is not null as year_before, ya.i is not null as year_after
from reported r
left join reported b on b.unit = r.unit and b.centre = r.centre and b.i = r.i - 1
left join reported a on a.unit = r.unit and a.centre = r.centre and a.i = r.i + 1
left join reported yb on yb.unit = r.unit and yb.centre = r.centre and yb.i = r.i - 4
left join reported ya on ya.unit = r.unit and ya.centre = r.centre and ya.i = r.i + 4;

-- The periods a row of quarter i belongs to, as the quarter they are of lies `shift` quarters later; like for like
-- (同口径) only where the same return exists in the quarter it is compared with.
create temp table fig_period as
from (
    values
    ('quarter', 0, 'always'), ('like', 0, 'before'), ('like_before', 1, 'after'),
    ('like_year', 0, 'year_before'), ('like_year_before', 4, 'year_after')
) as p (period, shift, needs);

create or replace temp macro in_period(needs, before, after, year_before, year_after) as
    case needs
        when 'always' then true
        when 'before' then before
        when 'after' then after
        when 'year_before' then year_before
        else year_after
    end;
