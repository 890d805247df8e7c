-- A patent number: year, kind, serial, check digit (domain.md §3). Since 2003-10: 4-digit year, 7-digit serial;
-- before: 2-digit year, 5-digit serial. Check = Σ digit × weight mod 11, 10 is X; weights 2…9, then 2…5.
-- `ZL` and blanks are dropped.
create or replace macro patent_no_digits(n) as regexp_replace(upper(n), '^ZL|[ .]', '', 'g');

create or replace macro valid_patent_no(n) as
    regexp_full_match(patent_no_digits(n), '[0-9]{4}[12389][0-9]{7}[0-9X]|[0-9]{2}[12389][0-9]{5}[0-9X]')
    and '0123456789X'[
        (
            list_sum(
                list_transform(
                    range(1, length(patent_no_digits(n))),
                    lambda i: try_cast(patent_no_digits(n)[i] as integer) * (2 + (i - 1) % 8)
                )
            ) % 11
        )::integer + 1
    ] = patent_no_digits(n)[-1];

-- Identifiers and contract numbers of two units are compared without case, blanks, points and the prefix `ZL`.
create or replace macro claim_key(n) as nullif(regexp_replace(upper(n), '^ZL|[ .]', '', 'g'), '');

-- Where a row comes from: a sheet of a submission, or (without one) a line of a registry table.
create or replace macro src(submission_, sheet_, row_) as
    struct_pack(submission := submission_::text, sheet := sheet_::text, "row" := row_::integer);

-- The size class of an enterprise by the dated table `reg_size` (2017 standard): the largest class whose two floors it
-- meets, so a firm that misses one floor drops until both are met. Null if an input is missing.
create table if not exists reg_size (
    industry text, size text, min_employees bigint, min_revenue_wan_cny decimal(18, 4), valid_from date
);

create or replace macro enterprise_size(industry_, employees_, revenue_, day_) as (
    select z.size from reg_size z
    where z.industry = industry_ and z.valid_from <= day_
        and employees_ >= z.min_employees and revenue_ >= z.min_revenue_wan_cny
    order by z.valid_from desc, z.min_employees desc, z.min_revenue_wan_cny desc
    limit 1
);

-- A number as people write it, without the noughts a decimal type ends with.
create or replace macro plain(x) as
    case when contains(x::text, '.') then rtrim(rtrim(x::text, '0'), '.') else x::text end;
