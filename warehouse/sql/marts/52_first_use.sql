-- One row a report of first use, from either sheet: 首次应用 of follow-up, or a product's first sale. `subject` is what was
-- put to use: the result behind the output, behind the event's output, or the event itself. `first_used_on` is the
-- earliest date any report gives for the subject. `rests_on`: the reports of the subject, the outputs and events they name.

create table mart_first_use as
with reports as (
    select r.*, 'followup' as origin, d.row as origin_row, d.subject_no, d.followup_date as used_on
    from stg_return__followup d
    join mart_return r on r.submission = d.submission
    where d.kind = '首次应用'
    union all
    select r.*, 'industrialisation', d.row, d.output_no, d.first_sale_date
    from stg_return__industrialisation d
    join mart_return r on r.submission = d.submission
    where d.output_no is not null
),

outputs as (
    select centre, output_no, arg_min(result, (quarter, unit, row)) as result, min(output_date) as output_date,
        list(src(submission, sheet, row) order by submission, row) as told
    from mart_output
    group by centre, output_no
),

events as (
    select distinct on (u.submission, u.origin, u.origin_row)
        u.submission, u.origin, u.origin_row, e.output_no, [src(e.submission, e.sheet, e.row)] as told
    from reports u
    join mart_event e on e.centre = u.centre and e.event_no = u.subject_no
    where u.origin = 'followup'
    order by u.submission, u.origin, u.origin_row, e.unit = u.unit desc, e.quarter, e.unit, e.row
),

named as (
    select
        u.submission, u.unit, u.centre, u.quarter, u.field, u.unit_city,
        u.origin as sheet, u.origin_row as row, u.subject_no, u.used_on, o.output_date,
        list_concat([src(u.submission, u.origin, u.origin_row)], coalesce(e.told, []), coalesce(o.told, [])) as told,
        coalesce(o.result, u.centre || '|' || coalesce(e.output_no, u.subject_no)) as subject
    from reports u
    left join events e using (submission, origin, origin_row)
    left join outputs o on o.centre = u.centre and o.output_no = coalesce(e.output_no, u.subject_no)
)

select
    *, min(used_on) over (partition by subject) as first_used_on,
    first_used_on >= (select min(date_trunc('quarter', last_day)) from reg_quarter) as since_first_quarter,
    first_used_on - min(output_date) over (partition by subject) as days,
    list_sort(list_distinct(flatten(list(told) over (partition by subject)))) as rests_on
from named;
