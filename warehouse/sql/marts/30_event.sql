-- The size class of each recipient, recomputed once per recipient and year from its latest complete row (2017 standard).
-- Missing inputs give 未知, no enterprise gives 不适用.

create table mart_recipient_size as
with rows_of_year as (
    select
        coalesce(d.recipient_uscc, d.recipient_name) as recipient, left(s.quarter, 4) as year, d.*, s.quarter
    from stg_return__diffusion d
    join led_submission s on s.submission = d.submission
),

latest as (
    select distinct on (recipient, year) *
    from rows_of_year
    order by
        recipient, year,
        (recipient_employees is null or recipient_revenue_wan_cny is null or recipient_industry is null),
        event_date desc, submission, row
)

select
    recipient, year,
    case
        when recipient_kind <> '企业' then '不适用'
        else coalesce(
            enterprise_size(l.recipient_industry, l.recipient_employees, l.recipient_revenue_wan_cny, l.event_date),
            '未知'
        )
    end as size
from latest l;

-- One row a diffusion event: who served whom, the recipient's size class, and whether it went to a fellow member (对内).

create table mart_event as
select
    s.submission, s.unit, s.centre, s.quarter, c.field,
    d.row, d.event_no, d.event_date, d.technology, d.output_no, d.content, d.mode,
    coalesce(d.recipient_uscc, d.recipient_name) as recipient, d.recipient_name, d.recipient_kind,
    d.city as recipient_city, z.size as recipient_size,
    exists (
        select 1 from reg_membership m
        join reg_unit u on u.unit = m.unit
        where m.centre = s.centre and u.uscc = d.recipient_uscc
            and m."from" <= d.event_date and (m."to" is null or m."to" >= d.event_date)
    ) as inside,
    d.contract_no, d.registration_no, d.contract_value_wan_cny, d.transaction_value_wan_cny, d.people_trained
from stg_return__diffusion d
join led_submission s on s.submission = d.submission
join reg_centre c on c.centre = s.centre
join mart_recipient_size z
    on z.recipient = coalesce(d.recipient_uscc, d.recipient_name) and z.year = left(s.quarter, 4);
