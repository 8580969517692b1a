-- sales(shop, jan, feb)
select shop, month, amount from (unpivot sales on jan, feb into name month value amount)
