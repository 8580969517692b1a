-- trades(symbol, at, price)
-- quotes(symbol, at, bid)
select t.symbol, t.price, q.bid
from trades t asof join quotes q on t.symbol = q.symbol and t.at >= q.at
