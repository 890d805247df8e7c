-- One row a total (fig_def `bounded`), scope and return that is due and not in use: `last` is the newest of the four
-- quarters before that it was in use in and the total was counted for, null where there is none, and `last_id` the total as
-- it is measured by the definition of now. Stocks miss only members
-- of the quarter's last day.

create temp table fig_lacking as
with absent as (
    select
        q.i, r.unit, r.centre, r.field, any_value(c.place) as place, max(c.i) as last,
        exists (
            select 1 from reg_membership m
            where m.centre = r.centre and m.unit = r.unit
                and m."from" <= q.last_day and (m."to" is null or m."to" >= q.last_day)
        ) as on_last_day
    from mart_expected r
    join fig_quarter q on q.quarter = r.quarter
    left join fig_cohort c on c.unit = r.unit and c.centre = r.centre and c.i between q.i - 4 and q.i - 1
    where r.state <> 'accepted'
    group by all
)

select
    d.id, coalesce(n.id, d.id) as last_id, s.scope_id, a.i, a.place, case when a.last > d.warm_up then a.last end as last
from absent a
join fig_scope s on (s.level, s.scope) in (('province', 'province'), ('field', a.field), ('centre', a.centre))
join fig_def d on d.bounded and d.part = '' and d.definition = '' and (d.adds <> 'stock' or a.on_last_day)
left join fig_def n on n.indicator = d.indicator and n.part = '' and n.since_i > a.last and n.since_i <= a.i
qualify row_number() over (partition by d.id, s.scope_id, a.i, a.place order by n.since_i desc nulls last) = 1;
