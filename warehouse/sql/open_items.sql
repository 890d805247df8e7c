-- What a unit ($unit) still has to report on for a centre ($centre) before a quarter ($quarter): contracts not paid in
-- full, outputs not in use yet. 到账 of a contract may be reported by any unit of the centre; first use is a first
-- application or a first sale; 终止 ends both.

with mine as (
    select submission from led_submission where unit = $unit and centre = $centre and quarter < $quarter
), told as (
    select f.* from stg_return__followup f join led_submission s using (submission)
    where s.centre = $centre and s.quarter < $quarter
), sold as (
    select i.output_no from stg_return__industrialisation i join led_submission s using (submission)
    where s.centre = $centre and s.quarter < $quarter
), events as (
    select
        e.event_no as number, '技术扩散事项' as what, e.technology as name, e.event_date as happened,
        e.recipient_name as with_whom, e.contract_value_wan_cny as value,
        coalesce(
            (select sum(t.amount_wan_cny) from told t where t.subject_no = e.event_no and t.kind = '到账'), 0
        ) as received
    from stg_return__diffusion e join mine using (submission)
    where e.contract_value_wan_cny > 0
), outputs as (
    select
        o.output_no as number, '研发产出' as what, o.title as name, o.output_date as happened,
        o.kind as with_whom, null as value, null as received
    from stg_return__outputs o join mine using (submission)
    where not exists (select 1 from sold where sold.output_no = o.output_no)
        and not exists (select 1 from told t where t.subject_no = o.output_no and t.kind = '首次应用')
)
select number, what, name, happened, with_whom, value, received
from (from events where received < value union all from outputs) o
where not exists (select 1 from told t where t.subject_no = o.number and t.kind = '终止')
order by value is null, happened desc, number
