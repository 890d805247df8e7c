-- The records of one indicator and quarter that a public table is made of: each key once, as the province counts it, with
-- everybody whose business it is – all units that claim it, their centres, and the recipient, by its unit number if it has
-- one. `member` is the column's: of the breakdown $by, or the recipient's city.

with asked as (
    select
        p.*, case when $by = 'city' then p.city when $by <> '' then split_part(p.part, ':', 2) end as member
    from parts p
    where p.indicator = $indicator and p.definition = '' and p.quarter <= $quarter
        and case when $by in ('', 'city') then p.part = '' else p.part like $by || ':%' end
),

first_seen as (
    select * from asked
    qualify not $ever or quarter = min(quarter) over (partition by key)
),

known as (
    select
        f.*,
        case when u.unit is not null then 'firm:' || u.unit else 'firm:' || e.recipient end as recipient
    from first_seen f
    left join mart_event e on f.sheet = 'diffusion' and e.submission = f.submission and e.row = f.row
    left join reg_unit u on u.uscc = e.recipient
    where f.quarter = $quarter
)

select
    arg_min(field, (by_centre, by_unit, row)) as field,
    arg_min(member, (by_centre, by_unit, row)) as member,
    arg_min(numerator, (by_centre, by_unit, row)) as amount,
    list_sort(list_distinct(
        list('firm:' || by_unit) || list('centre:' || by_centre)
        || coalesce(list(recipient) filter (recipient is not null), [])
    )) as parties
from known
group by key, case when $by in ('', 'city') then '' else member end
having amount <> 0
order by key, member;
