-- One row a claim: what a return says its unit and centre achieved, put under its kind and identifier. An output is
-- claimed by its number; a contract by its number, or by the registration that several give; a first use by its subject,
-- by whoever reports it (首次应用) and by a product's first sale if nobody reports an earlier use. `named_by`: of a first
-- use the other rows that say what was put to use.

create table mart_claim as
select
    o.submission, o.unit, o.centre, o.quarter, o.field, o.unit_city, o.sheet, o.row,
    o.kind, substr(o.result, length(o.kind) + 2) as identifier, coalesce(o.identifier, o.output_no) as written,
    o.credit_share as share
from mart_output o
union all by name
select
    submission, unit, centre, quarter, field, sheet, row,
    case when starts_with(contract, '登记|') then '技术合同登记' else '技术合同' end as kind,
    regexp_replace(contract, '^登记\|', '') as identifier, contract_no as written,
    contract_value_wan_cny, recipient, recipient_city
from mart_event
where contract is not null
union all by name
select
    submission, unit, centre, quarter, field, unit_city, sheet, row,
    '首次应用' as kind, subject as identifier, subject_no as written, rests_on as named_by
from mart_first_use
where since_first_quarter and (sheet = 'followup' or used_on = first_used_on);
