-- One row a finance event and return. `purpose`: 融资 funds raised, 投入 a member's contribution, else blank.

create table mart_finance as
select
    r.submission, r.unit, r.centre, r.quarter, r.field, r.unit_city, r.last_day,
    'finance' as sheet, d.* exclude (submission),
    case
        when d.kind in ('股权', '贷款', '基金', '财政', '保险') then '融资'
        when d.kind in ('资金投入', '知识产权投入', '设备投入', '人员投入') then '投入'
        else ''
    end as purpose
from stg_return__finance d
join mart_return r on r.submission = d.submission;
