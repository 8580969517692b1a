select dateadd(day, seq4(), '2024-01-01'::date) as day from table(generator(rowcount => 365))
