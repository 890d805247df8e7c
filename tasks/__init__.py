"""One verb a module: collect, inspect, parse, check, process, load, measure, report, deliver."""
