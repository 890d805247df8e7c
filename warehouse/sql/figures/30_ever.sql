-- What counts once for ever (a contract, a new customer) is left only in the first quarter it is seen in at its level and
-- scope. A row that is no case (n = 0: a large enterprise among new SMEs)
-- makes its key known and has then done its work.

create temp table fig_counted as
select * exclude (ever) from fig_row where not ever
union all
select * exclude (ever) from (
    from fig_row where ever qualify i = min(i) over (partition by id, scope_id, key)
)
where n <> 0;
