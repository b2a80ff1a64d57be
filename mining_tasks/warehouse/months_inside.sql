SELECT DISTINCT strftime({month_of}, '%Y-%m') FROM {rows}
