-- The size class of each recipient, recomputed once per recipient and year from its latest complete row (2017 standard).
-- Missing inputs give 未知, no enterprise gives 不适用. `told` is where that row stands; `size_after` the class by the table of
-- the next year, should that be another.

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
    recipient, year, src(submission, 'diffusion', row) as told,
    case
        when recipient_kind <> '企业' then '不适用'
        else coalesce(
            enterprise_size(l.recipient_industry, l.recipient_employees, l.recipient_revenue_wan_cny, l.event_date),
            '未知'
        )
    end as size,
    case
        when recipient_kind <> '企业' then '不适用'
        else coalesce(
            enterprise_size(
                l.recipient_industry, l.recipient_employees, l.recipient_revenue_wan_cny, make_date(year::integer + 1, 1, 1)
            ),
            '未知'
        )
    end as size_after
from latest l;
