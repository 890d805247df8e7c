-- The size class of each recipient, recomputed once per recipient and year from its latest complete row (2017 standard).
-- A firm that misses one floor drops until both are met; missing inputs give 未知, no enterprise gives 不适用.

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
            (
                select z.size from reg_size z
                where z.industry = l.recipient_industry and z.valid_from <= l.event_date
                    and l.recipient_employees >= z.min_employees
                    and l.recipient_revenue_wan_cny >= z.min_revenue_wan_cny
                order by z.valid_from desc, z.min_employees desc, z.min_revenue_wan_cny desc
                limit 1
            ),
            '未知'
        )
    end as size
from latest l;
