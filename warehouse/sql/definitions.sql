-- By which definition each quarter is measured: that in force on its last day (`definition` blank), and the year before a
-- break by the new one as well, named by its first quarter; so the two can be told apart and compared.

create temp table def_mark as
select d.indicator, q.quarter, arg_max(t.value, t.valid_from) as mark, arg_max(t.row, t.valid_from) as mark_row
from def_indicator d
join reg_threshold t on t.indicator = d.indicator and t.mark = d.mark
join reg_quarter q on t.valid_from <= q.last_day
group by d.indicator, q.quarter;

-- A break: the first quarter held that is counted otherwise than the one before, by another rule or another mark.
-- `until_i` is the next one.
create table def_break as
with numbered as (
    select quarter, row_number() over (order by quarter)::integer as i from reg_quarter
),

changed as (
    select indicator, since as quarter from def_version
    union
    (
        select indicator, quarter from def_mark
        qualify mark <> lag(mark) over (partition by indicator order by quarter)
    )
    union
    select d.indicator, q.quarter
    from def_indicator d
    join reg_size z on d.sized and z.valid_from > (select min(valid_from) from reg_size)
    join reg_quarter q on z.valid_from between date_trunc('quarter', q.last_day) and q.last_day
)

select
    c.indicator, c.quarter as definition, n.i, lead(n.i) over (partition by c.indicator order by n.i) as until_i
from changed c
join numbered n on n.quarter = c.quarter
where n.i > 1;

-- `by_quarter` is the quarter whose definition measures `quarter`.
create temp table def_measured as
with numbered as (
    select quarter, row_number() over (order by quarter)::integer as i from reg_quarter
),

asked as (
    select d.indicator, '' as definition, n.quarter, n.quarter as by_quarter
    from def_indicator d
    cross join numbered n
    union all
    select b.indicator, b.definition, n.quarter, b.definition
    from def_break b
    join def_indicator d on d.indicator = b.indicator
    -- of what counts once for ever, all that came before: what was seen then is not new
    join numbered n on n.i < b.i and (d.ever or n.i >= b.i - 4)
)

select a.*, a.definition <> '' as by_next_sizes, m.mark, m.mark_row
from asked a
left join def_mark m on m.indicator = a.indicator and m.quarter = a.by_quarter;

-- The events once more with the recipient's size by the table of the year after: tables change with the year, so that is
-- how the year before a break is measured anew.
create temp view mart_event_by_size as
select *, false as by_next_sizes from mart_event
union all
select
    * replace (size_after as recipient_size, size_after in ('中型', '小型', '微型') as to_sme), true as by_next_sizes
from mart_event;
