-- What a generation is filled with: registry (reg_; `row` is the line of its CSV file), definitions (def_), ledger (led_). Staged tables follow the form;
-- `reg_size` stands in macros.sql beside the macro that reads it.

create table reg_centre (row integer, centre text, name text, field text, branch text, legal_form text, city text);
create table reg_stage (row integer, centre text, stage text, "from" date, "to" date);
create table reg_unit (row integer, unit text, uscc text, name text, kind text, city text);
create table reg_membership (row integer, centre text, unit text, role text, "from" date, "to" date);
create table reg_quarter (quarter text, last_day date);
create table reg_opening (row integer, centre text, risk_fund_wan_cny decimal(18, 4), as_of date);
create table reg_threshold (row integer, indicator text, mark text, value decimal(18, 4), valid_from date);

create table def_indicator (
    indicator text, kind text, min_n integer, from_registry boolean, city text, levels text[],
    ever boolean, rolling boolean, warm_up integer, top boolean, bounded boolean, mark text, sized boolean,
    position integer
);
-- From which quarter on an indicator is counted otherwise than before.
create table def_version (indicator text, since text);
create table def_part (indicator text, part text, valid_from date, valid_to date);
create table def_scope (level text, scope text);

create table led_submission (
    submission text, sha256 text, unit text, centre text, quarter text, role text, nil boolean, warned boolean
);
create table led_return (
    quarter text, unit text, centre text, role text, state text, received integer, on_time boolean, nil boolean,
    first_pass boolean, submission text
);
-- The newest decision on each disputed claim: what every claimant is credited with.
create table led_settlement (
    seq integer, kind text, identifier text, unit text, centre text, share decimal(5, 4)
);
