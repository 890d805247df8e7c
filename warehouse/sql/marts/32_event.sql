-- One row a diffusion event: who served whom, the recipient's size class, and whether it went to a fellow member (对内).
-- `contract` names the contract by its number; where several claimants give one registration number to contracts they
-- number differently, that is one contract, named by the registration. `rests_on`: the row the size class is computed from,
-- where it is another.

create table mart_event as
with registered as (
    select
        claim_key(d.registration_no) as registration, claim_key(d.contract_no) as contract,
        s.unit || '|' || s.centre as claimant
    from stg_return__diffusion d
    join mart_return s on s.submission = d.submission
    where claim_key(d.registration_no) is not null and claim_key(d.contract_no) is not null
),

shared as (
    select registration
    from registered
    group by registration
    having count(distinct contract) > 1 and count(distinct claimant) > 1
),

renamed as (
    select r.contract, '登记|' || min(r.registration) as contract_named
    from registered r
    join shared h on h.registration = r.registration
    group by r.contract
)

select
    s.submission, s.unit, s.centre, s.quarter, s.field, 'diffusion' as sheet,
    d.row, d.event_no, d.event_date, d.technology, d.output_no, d.content, d.mode,
    coalesce(d.recipient_uscc, d.recipient_name) as recipient, d.recipient_name, d.recipient_kind,
    d.city as recipient_city, length(d.city) = 4 as in_province, z.size as recipient_size,
    z.size in ('中型', '小型', '微型') as to_sme, z.size_after,
    exists (
        select 1 from reg_membership m
        join reg_unit u on u.unit = m.unit
        where m.centre = s.centre and u.uscc = d.recipient_uscc
            and m."from" <= d.event_date and (m."to" is null or m."to" >= d.event_date)
    ) as inside,
    coalesce(n.contract_named, claim_key(d.contract_no)) as contract,
    d.contract_no, d.registration_no, d.contract_value_wan_cny, d.transaction_value_wan_cny, d.people_trained,
    case when z.told <> src(d.submission, 'diffusion', d.row) then [z.told] end as rests_on
from stg_return__diffusion d
join mart_return s on s.submission = d.submission
join mart_recipient_size z
    on z.recipient = coalesce(d.recipient_uscc, d.recipient_name) and z.year = left(s.quarter, 4)
left join renamed n on n.contract = claim_key(d.contract_no);
